/** A time over which spending is added up. */
export interface Period {
  kind: 'day' | 'month';
  /** `2026-11-26` or `2026-11`. */
  name: string;
  /** When it is over, in milliseconds since the epoch. */
  endsMs: number;
}

/** The day and the month, in UTC, that a moment lies in. @param now milliseconds since the epoch */
export function periodsAt(now: number): { day: Period; month: Period } {
  const date = new Date(now);
  const name = date.toISOString();
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return {
    day: { kind: 'day', name: name.slice(0, 10), endsMs: Date.UTC(year, month, day + 1) },
    month: { kind: 'month', name: name.slice(0, 7), endsMs: Date.UTC(year, month + 1, 1) },
  };
}
