import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeavyHitters } from './heavy-hitters.ts';

/** A stream of few frequent and many rare keys, as refusals are. */
const stream = fc.array(
  fc.record({
    key: fc.oneof({ weight: 3, arbitrary: fc.integer({ max: 4, min: 0 }) }, fc.integer({ min: 0, max: 60 })),
    count: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 400 },
);

function trueCounts(counted: readonly { key: number; count: number }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { key, count } of counted) counts.set(String(key), (counts.get(String(key)) ?? 0) + count);
  return counts;
}

describe('the summary of the most counted keys', () => {
  it('never holds more keys than it has room for, nor counts one too high, nor lower than its bound says', () => {
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 12 }), (counted, capacity) => {
        const hitters = new HeavyHitters(capacity);
        for (const { key, count } of counted) hitters.add(String(key), count);
        const truth = trueCounts(counted);
        const total = counted.reduce((sum, { count }) => sum + count, 0);
        expect(hitters.size).toBeLessThanOrEqual(capacity);
        expect(hitters.subtracted).toBeLessThanOrEqual(total / (capacity + 1));
        const kept = new Map(hitters.entries().map(({ key, count }) => [key, count]));
        for (const [key, count] of truth) {
          const told = kept.get(key) ?? 0;
          expect(told).toBeLessThanOrEqual(count);
          expect(told).toBeGreaterThanOrEqual(count - hitters.subtracted);
        }
        expect([...kept.keys()].every((key) => truth.has(key))).toBe(true);
      }),
    );
  });

  it('is exact while there is room, the largest first', () => {
    const hitters = new HeavyHitters(3);
    for (const key of ['b', 'a', 'b', 'c', 'b', 'a']) hitters.add(key);
    expect(hitters.entries()).toEqual([
      { key: 'b', count: 3 },
      { key: 'a', count: 2 },
      { key: 'c', count: 1 },
    ]);
    expect(hitters.subtracted).toBe(0);
  });

  it('always has a key that is more than its share of all', () => {
    const hitters = new HeavyHitters(9);
    for (let at = 0; at < 10_000; at += 1) hitters.add(at % 5 === 0 ? 'the one' : `other ${at}`);
    expect(hitters.entries()[0]?.key).toBe('the one');
  });
});
