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
    let head = 0;
    let tail = 1;
    let sum = 0;
    sums[0] = 0;
    smallest[0] = 0;
    for (let to = 1; to <= count; to += 1) {
      sum += contributions[to - 1] as number;
      sums[to] = sum;
      while ((smallest[head] as number) < to - maxWords) head += 1;
      const from = smallest[head] as number;
      const here = sum - (sums[from] as number);
      if (bestTo === 0 || here > bestSum) {
        bestSum = here;
        bestFrom = from;
        bestTo = to;
      }
      while (tail > head && (sums[smallest[tail - 1] as number] as number) >= sum) tail -= 1;
      smallest[tail] = to;
      tail += 1;
    }
    return { sum: bestSum, from: bestFrom, to: bestTo };
  }
}
