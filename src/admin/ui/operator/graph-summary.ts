/** What a graph shows, in words: of each line the newest value and the range. */
export function graphSummary(
  title: string,
  lines: readonly { label: string; values: readonly (number | null)[] }[],
  write: (value: number | null | undefined) => string,
): string {
  const parts = lines.map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${label}: not known`;
    const range = `between ${write(Math.min(...known))} and ${write(Math.max(...known))}`;
    return `${label}: ${write(values.at(-1))} now, ${range}`;
  });
  return `${title}. ${parts.join('. ')}.`;
}
