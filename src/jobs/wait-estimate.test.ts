import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { QueueOutlook } from './queue/queue.ts';
import { estimateWait, waitText } from './wait-estimate.ts';

const outlook = (set: Partial<QueueOutlook>): QueueOutlook => ({
  ...{ waiting: 0, running: 0, places: 2, durationsMs: [] },
  ...set,
});
const textOf = (position: number | undefined, set: Partial<QueueOutlook> = {}) =>
  waitText(estimateWait(position, outlook(set)));

test('before jobs have run, the next one is estimated as the guide does', () => {
  expect(textOf(1)).toBe('30-120 seconds');
  expect(textOf(undefined)).toBe('30-120 seconds');
  expect(textOf(2)).toBe('30-120 seconds');
});

test('before jobs have run, a job further behind waits for the runs before it', () => {
  expect(textOf(3, { running: 2 })).toBe('90-360 seconds');
  expect(textOf(10, { places: 1, running: 1 })).toBe('330-1320 seconds');
});

test('a job that begins at once takes what most of the others took', () => {
  const durationsMs = Array.from({ length: 100 }, (_, index) => 1_000 + index * 100);
  expect(estimateWait(1, outlook({ durationsMs }))).toEqual({ lowS: 1, highS: 11 });
});

test('a job behind others waits longer the more there are, and less the more workers', () => {
  const durationsMs = Array.from({ length: 20 }, () => 10_000);
  const high = (position: number, places: number) =>
    estimateWait(position, outlook({ durationsMs, places, running: places })).highS;
  expect(high(1, 2)).toBeLessThan(high(10, 2));
  expect(high(10, 8)).toBeLessThan(high(10, 2));
  expect(high(10, 2)).toBeGreaterThan(50);
  expect(high(10, 2)).toBeLessThan(90);
});

test('whatever ran, the range is whole seconds from low to a higher end', () => {
  const nat = fc.nat({ max: 1_000 });
  const durationsMs = fc.array(fc.nat({ max: 600_000 }), { maxLength: 200 });
  fc.assert(
    fc.property(
      fc.record({ waiting: nat, running: nat, places: nat, durationsMs }),
      nat,
      (seen, position) => {
        const { lowS, highS } = estimateWait(position === 0 ? undefined : position, seen);
        expect(Number.isSafeInteger(lowS) && Number.isSafeInteger(highS)).toBe(true);
        expect(lowS).toBeGreaterThanOrEqual(0);
        expect(highS).toBeGreaterThan(lowS);
      },
    ),
  );
});
