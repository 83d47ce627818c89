import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QuotaPeriod } from './algorithm.ts';
import { createCalendar, periodBounds } from './calendar.ts';

const HOUR_MS = 3_600_000;
const at = (time: string) => Date.parse(time);
const bounds = (period: QuotaPeriod, timeZone: string, time: string) =>
  periodBounds(period, timeZone, at(time)).map((ms) => new Date(ms).toISOString().replace('.000', ''));

describe('the bounds of a period', () => {
  it.each([
    ['day', 'UTC', '2026-03-01T12:00:00Z', ['2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03']],
    ['week', 'UTC', '2026-03-01T12:00:00Z', ['2026-02-16', '2026-02-23', '2026-03-02', '2026-03-09']],
    ['month', 'UTC', '2028-02-29T23:59:59Z', ['2028-01-01', '2028-02-01', '2028-03-01', '2028-04-01']],
    ['year', 'UTC', '2026-12-31T23:59:59Z', ['2025-01-01', '2026-01-01', '2027-01-01', '2028-01-01']],
  ] as const)('a %s in %s', (period, timeZone, time, expected) => {
    expect(bounds(period, timeZone, time)).toEqual(expected.map((date) => `${date}T00:00:00Z`));
  });

  it('begin at midnight of the time zone', () => {
    expect(bounds('month', 'America/New_York', '2026-02-01T04:59:59Z')).toEqual([
      '2025-12-01T05:00:00Z',
      '2026-01-01T05:00:00Z',
      '2026-02-01T05:00:00Z',
      '2026-03-01T05:00:00Z',
    ]);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29T12:00:00Z', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', 25],
    ['Australia/Lord_Howe', '2026-04-05T00:00:00Z', 24.5],
  ])('hold the hours that a day has where the clocks change: %s, %s, %d h', (timeZone, time, hours) => {
    const [, start, end] = periodBounds('day', timeZone, at(time));
    expect((end - start) / HOUR_MS).toBe(hours);
  });

  it('begin with the first moment of the date where midnight is left out', () => {
    expect(bounds('day', 'America/Santiago', '2026-09-06T12:00:00Z')[1]).toBe('2026-09-06T04:00:00Z');
    expect(bounds('day', 'America/Santiago', '2026-09-06T03:59:59Z')[2]).toBe('2026-09-06T04:00:00Z');
  });

  it('are refused for a time zone that does not exist', () => {
    expect(() => periodBounds('day', 'Europe/Atlantis', 0)).toThrow(RangeError);
  });

  it('hold the time and meet without a gap, for any time and zone', () => {
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const period = fc.constantFrom<QuotaPeriod>('day', 'week', 'month', 'year');
    // From 2012: Samoa had no 30 December 2011.
    const time = fc.integer({ min: at('2012-01-01'), max: at('2100-01-01') });
    fc.assert(
      fc.property(period, zone, time, (each, timeZone, nowMs) => {
        const [before, start, end, after] = periodBounds(each, timeZone, nowMs);
        expect(start).toBeLessThanOrEqual(nowMs);
        expect(nowMs).toBeLessThan(end);
        expect(periodBounds(each, timeZone, end - 1).slice(1, 3)).toEqual([start, end]);
        expect(periodBounds(each, timeZone, end).slice(0, 3)).toEqual([start, end, after]);
        expect(periodBounds(each, timeZone, start - 1).slice(1, 3)).toEqual([before, start]);
      }),
    );
  });
});

it('a calendar works out a new period when the last one is over, and when the clock steps back', () => {
  const calendar = createCalendar();
  const months = ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00Z', '2026-01-15T00:00:00Z'];
  for (const time of months) {
    expect(calendar('month', 'UTC', at(time))).toEqual(periodBounds('month', 'UTC', at(time)));
  }
});
