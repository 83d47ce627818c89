interface TextFiltersProps<Name extends string> {
  names: readonly Name[];
  values: Readonly<Record<Name, string>>;
  onChange(name: Name, value: string): void;
}

/** Fields of a list's filter that take any text; an empty one lets everything through. */
export function TextFilters<Name extends string>({ names, values, onChange }: TextFiltersProps<Name>) {
  return (
    <>
      {names.map((name) => (
        <label class="field" key={name}>
          <span>{name.charAt(0).toUpperCase() + name.slice(1)}</span>
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
