interface TextFiltersProps<Name extends string> {
  names: readonly Name[];
  /** What people call them, where that is another word. */
  labels?: Readonly<Partial<Record<Name, string>>>;
  values: Readonly<Record<Name, string>>;
  onChange(name: Name, value: string): void;
}

/** Fields of a list's filter that take any text; an empty one lets everything through. */
export function TextFilters<Name extends string>({
  names,
  labels,
  values,
  onChange,
}: TextFiltersProps<Name>) {
  return (
    <>
      {names.map((name) => (
        <label class="field" key={name}>
          <span>{labels?.[name] ?? name.charAt(0).toUpperCase() + name.slice(1)}</span>
          <input
            value={values[name]}
            placeholder="any"
            spellcheck={false}
            autocapitalize="off"
            onChange={({ currentTarget }) => onChange(name, currentTarget.value.trim())}
          />
        </label>
      ))}
    </>
  );
}
