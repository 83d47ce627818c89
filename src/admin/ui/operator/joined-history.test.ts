import { expect, test } from 'vitest';
import type { Figures, Overview } from '../../contract.ts';
import { joined } from './joined-history.ts';

const HISTORY = { from: '2026-01-01T00:00:00.000Z', stepMs: 10_000, series: { queueDepth: [null, 2] } };
const overview = (at: string, queueDepth: number | null) =>
  ({ at, figures: { queueDepth, runningJobs: 1 } as Partial<Figures> }) as Overview;

test('what comes in is put to the end, one value for each step', () => {
  const { times, values } = joined(HISTORY, [
    overview('2026-01-01T00:00:11.000Z', 3),
    overview('2026-01-01T00:00:19.000Z', 4),
    overview('2026-01-01T00:00:21.000Z', 5),
    overview('2026-01-01T00:00:29.500Z', null),
  ]);
  const start = Date.parse(HISTORY.from) / 1_000;
  expect(times.map((time) => time - start)).toEqual([0, 10, 19, 29.5]);
  expect(values('queueDepth')).toEqual([null, 2, 4, null]);
});

test('a series that nobody has followed is unknown, not missing', () => {
  expect(joined(HISTORY, []).values('runningJobs')).toEqual([null, null]);
});
