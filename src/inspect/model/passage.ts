/** The words from `from` to before `to`, and the sum of what they contribute. */
export interface Passage {
  sum: number;
  from: number;
  to: number;
}

/** One word says so much at most, either way: a chain of n-grams must not decide alone. */
const MAX_CONTRIBUTION = 3;
const MIN_CONTRIBUTION = -1.5;

export function limitContribution(contribution: number): number {
  return Math.min(Math.max(contribution, MIN_CONTRIBUTION), MAX_CONTRIBUTION);
}

/** Finds the passage of at most maxWords words that contributes most, however much harmless text is around it. */
export class PassageFinder {
  /** Sums up to each word, and the places of the smallest ones in reach, ascending. */
  readonly #sums: Float64Array;
  readonly #smallest: Int32Array;

  /** @param capacity most words */
  constructor(capacity: number) {
    this.#sums = new Float64Array(capacity + 1);
    this.#smallest = new Int32Array(capacity + 1);
  }

  /** Linear in count. @returns an empty passage where there are no words */
  find(contributions: Float64Array, count: number, maxWords: number): Passage {
    const sums = this.#sums;
    const smallest = this.#smallest;
    let bestSum = 0;
    let bestFrom = 0;
    let bestTo = 0;
    // Where the sum was smallest a passage starts best, as long as that is in reach: in most texts it always is.
    let least = 0;
    let from = 0;
    let sum = 0;
    sums[0] = 0;
    for (let to = 1; to <= count; to += 1) {
      sum += contributions[to - 1] as number;
      sums[to] = sum;
      const here = sum - least;
      if (to - from > maxWords) {
        // Out of reach: those that are smallest from some place on, until the sum is smaller than all that are.
        let head = 0;
        let tail = 0;
        for (let at = from + 1; at < to; at += 1) tail = addSmallest(sums, smallest, head, tail, at);
        for (; ; to += 1, sum += contributions[to - 1] as number, sums[to] = sum) {
          while ((smallest[head] as number) < to - maxWords) head += 1;
          const first = smallest[head] as number;
          const within = sum - (sums[first] as number);
          if (within > bestSum) {
            bestSum = within;
            bestFrom = first;
            bestTo = to;
          }
          tail = addSmallest(sums, smallest, head, tail, to);
          if (tail === head + 1 || to === count) break;
        }
        least = sum;
        from = to;
        continue;
      }
      if (bestTo === 0 || here > bestSum) {
        bestSum = here;
        bestFrom = from;
        bestTo = to;
      }
      if (sum <= least) {
        least = sum;
        from = to;
      }
    }
    return { sum: bestSum, from: bestFrom, to: bestTo };
  }
}

/** Adds a place to those of the smallest sums from each on, ascending. @returns where the last of them is, plus one */
function addSmallest(
  sums: Float64Array,
  smallest: Int32Array,
  head: number,
  tail: number,
  at: number,
): number {
  const sum = sums[at] as number;
  let end = tail;
  while (end > head && (sums[smallest[end - 1] as number] as number) >= sum) end -= 1;
  smallest[end] = at;
  return end + 1;
}
