import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PassageFinder } from './passage.ts';

/** All passages, one by one. */
function bestOf(contributions: readonly number[], maxWords: number): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let from = 0; from < contributions.length; from += 1) {
    let sum = 0;
    for (let to = from; to < Math.min(from + maxWords, contributions.length); to += 1) {
      sum += contributions[to] as number;
      best = Math.max(best, sum);
    }
  }
  return best;
}

test('the best passage is found, and sums to what it says', () => {
  const contribution = fc.integer({ min: -24, max: 48 }).map((steps) => steps / 16);
  fc.assert(
    fc.property(fc.array(contribution, { minLength: 1 }), fc.integer({ min: 1, max: 9 }), (all, maxWords) => {
      const finder = new PassageFinder(all.length);
      const { sum, from, to } = finder.find(Float64Array.from(all), all.length, maxWords);
      expect(sum).toBe(bestOf(all, maxWords));
      expect(to - from).toBeLessThanOrEqual(maxWords);
      expect(all.slice(from, to).reduce((total, value) => total + value, 0)).toBe(sum);
    }),
  );
});

test('a text without words has an empty passage', () => {
  expect(new PassageFinder(1).find(new Float64Array(1), 0, 5)).toEqual({ sum: 0, from: 0, to: 0 });
});
