import { expect, it } from 'vitest';
import { periodsAt } from './period.ts';

it.each([
  ['2026-11-26T10:00:00Z', '2026-11-26', '2026-11-27', '2026-11', '2026-12-01'],
  ['2026-12-31T23:59:59.999Z', '2026-12-31', '2027-01-01', '2026-12', '2027-01-01'],
  ['2028-02-29T00:00:00Z', '2028-02-29', '2028-03-01', '2028-02', '2028-03-01'],
])('%s lies in the day %s until %s and in the month %s until %s', (at, day, dayEnds, month, monthEnds) => {
  expect(periodsAt(Date.parse(at))).toEqual({
    day: { kind: 'day', name: day, endsMs: Date.parse(dayEnds) },
    month: { kind: 'month', name: month, endsMs: Date.parse(monthEnds) },
  });
});
