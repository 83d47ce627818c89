import type { UnitName } from './case.ts';

export const UNIT_SECONDS: Readonly<Record<UnitName, number>> = {
  SECOND: 1,
  MINUTE: 60,
  HOUR: 3_600,
  DAY: 86_400,
  WEEK: 7 * 86_400,
  MONTH: 30 * 86_400,
  YEAR: 365 * 86_400,
};

/** Which window of a unit a time lies in, counted from the Unix epoch. */
export function windowAt(unit: UnitName, timeS: number): number {
  return Math.floor(timeS / UNIT_SECONDS[unit]);
}

/**
 * A unit whose window began at another time than the year's. envoyproxy/ratelimit counts one descriptor's limits of
 * different units in one bucket while their windows have the same start, as on the first day of its years.
 */
export function unitBesideYear(): 'DAY' | 'MONTH' | 'HOUR' {
  const nowS = Date.now() / 1000;
  const startOf = (unit: UnitName) => windowAt(unit, nowS) * UNIT_SECONDS[unit];
  const other = (['DAY', 'MONTH', 'HOUR'] as const).find((unit) => startOf(unit) !== startOf('YEAR'));
  if (other === undefined) throw new Error('every window began with the year');
  return other;
}
