import type { QuotaPeriod } from './algorithm.ts';

/**
 * Where four neighbouring periods start, in milliseconds since the Unix epoch: the one before now's, now's, and the two
 * after it. So the two in the middle hold now, and whoever's clock is less than a period off finds its own period too.
 */
export type PeriodBounds = readonly [before: number, start: number, end: number, after: number];

export type Calendar = (period: QuotaPeriod, timeZone: string, nowMs: number) => PeriodBounds;

/** A calendar that works each period out once. It remembers as many as there are pairs of period and time zone. */
export function createCalendar(): Calendar {
  const known = new Map<string, PeriodBounds>();
  return (period, timeZone, nowMs) => {
    const name = `${period} ${timeZone}`;
    const last = known.get(name);
    if (last !== undefined && last[1] <= nowMs && nowMs < last[2]) return last;
    const bounds = periodBounds(period, timeZone, nowMs);
    known.set(name, bounds);
    return bounds;
  };
}

const LENGTHS = {
  day: { days: 1 },
  week: { weeks: 1 },
  month: { months: 1 },
  year: { years: 1 },
} as const;

/**
 * The bounds of the calendar's periods around a time. A day starts at the first moment that has its date, so that days
 * on which the clocks change are 23 or 25 hours long, also where they change at midnight.
 * @throws RangeError for a time zone that does not exist
 */
export function periodBounds(period: QuotaPeriod, timeZone: string, nowMs: number): PeriodBounds {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).toPlainDate();
  const first = firstDay(period, today);
  const length = LENGTHS[period];
  const startOf = (date: Temporal.PlainDate) => date.toZonedDateTime(timeZone).epochMilliseconds;
  const next = first.add(length);
  return [startOf(first.subtract(length)), startOf(first), startOf(next), startOf(next.add(length))];
}

function firstDay(period: QuotaPeriod, date: Temporal.PlainDate): Temporal.PlainDate {
  if (period === 'week') return date.subtract({ days: date.dayOfWeek - 1 });
  if (period === 'month') return date.with({ day: 1 });
  return period === 'year' ? date.with({ month: 1, day: 1 }) : date;
}
