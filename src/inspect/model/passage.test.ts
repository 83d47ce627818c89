import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PassageFinder } from './passage.ts';

const MOST_WORDS = 9;
const finder = new PassageFinder(MOST_WORDS);

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

/** @param first what the sums start from */
function sumsOf(contributions: readonly number[], first: number): Int32Array {
  const sums = Int32Array.of(first, ...contributions);
  for (let at = 1; at < sums.length; at += 1) sums[at] = (sums[at] as number) + (sums[at - 1] as number);
  return sums;
}

test('the best passage is found, and sums to what it says, also where the sums wrap around', () => {
  const contribution = fc.integer({ min: -127, max: 254 });
  fc.assert(
    fc.property(
      fc.array(contribution, { minLength: 1 }),
      fc.integer({ min: 1, max: MOST_WORDS }),
      fc.constantFrom(0, 2 ** 31 - 100),
      (all, maxWords, first) => {
        const { sum, from, to } = finder.find(sumsOf(all, first), all.length, maxWords);
        expect(sum).toBe(bestOf(all, maxWords));
        expect(to - from).toBeLessThanOrEqual(maxWords);
        expect(all.slice(from, to).reduce((total, value) => total + value, 0)).toBe(sum);
      },
    ),
  );
});

test('a text without words has an empty passage', () => {
  expect(finder.find(new Int32Array(1), 0, 5)).toEqual({ sum: 0, from: 0, to: 0 });
});
