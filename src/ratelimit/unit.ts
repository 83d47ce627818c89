/**
 * Seconds in each unit of a limit. A month is 30 days and a year 365, counted from the Unix epoch, as
 * envoyproxy/ratelimit counts them.
 */
export const UNIT_SECONDS = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
  year: 365 * 86_400,
} as const;

export type Unit = keyof typeof UNIT_SECONDS;

/** A unit by its name in any case, as rule files and the wire's enums spell it. */
export function parseUnit(name: string): Unit | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(UNIT_SECONDS, lower) ? (lower as Unit) : undefined;
}
