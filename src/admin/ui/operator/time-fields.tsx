interface TimeFieldsProps {
  /** ISO 8601; empty for no bound. */
  values: { from: string; to: string };
  onChange(name: 'from' | 'to', value: string): void;
}

/** From when to when, by the clock of whoever looks. */
export function TimeFields({ values, onChange }: TimeFieldsProps) {
  return (
    <>
      {(['from', 'to'] as const).map((name) => (
        <label class="field" key={name}>
          <span>{name === 'from' ? 'From' : 'To'}</span>
          <input
            type="datetime-local"
            value={localTime(values[name])}
            onChange={({ currentTarget }) => onChange(name, isoTime(currentTarget.value))}
          />
        </label>
      ))}
    </>
  );
}

/** `2026-11-26T14:00`, as the field has it. @returns '' for what is no time */
function localTime(iso: string): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return '';
  const offsetMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offsetMs).toISOString().slice(0, 16);
}

function isoTime(local: string): string {
  return local === '' ? '' : new Date(local).toISOString();
}
