const CHOICES = [
  [3_600, '1 hour'],
  [86_400, '1 day'],
  [7 * 86_400, '7 days'],
  [30 * 86_400, '30 days'],
  [90 * 86_400, '90 days'],
] as const;

/** For how long something holds. @param none what it is called when it holds for ever */
export function ExpirySelect({
  id,
  none,
  value,
  onChange,
}: {
  id: string;
  none: string;
  value: number | undefined;
  onChange(seconds: number | undefined): void;
}) {
  return (
    <select
      id={id}
      value={value ?? ''}
      onChange={({ currentTarget }) =>
        onChange(currentTarget.value === '' ? undefined : Number(currentTarget.value))
      }
    >
      {CHOICES.map(([seconds, text]) => (
        <option key={seconds} value={seconds}>
          {text}
        </option>
      ))}
      <option value="">{none}</option>
    </select>
  );
}
