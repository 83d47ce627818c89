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
    const best: Passage = { sum: 0, from: 0, to: 0 };
    let bestSum = Number.NEGATIVE_INFINITY;
    // A passage starts best after the smallest sum, as long as that is in reach: in most texts it always is.
    let least = 0;
    let from = 0;
    let sum = 0;
    sums[0] = 0;
    for (let to = 1; to <= count; to += 1) {
      sum += contributions[to - 1] as number;
      sums[to] = sum;
      if (to - from > maxWords) {
        best.sum = bestSum;
        to = this.#findBeyond(contributions, from, to, count, maxWords, best);
        bestSum = best.sum;
        sum = sums[to] as number;
        least = sum;
        from = to;
        continue;
      }
      if (sum - least > bestSum) {
        bestSum = sum - least;
        best.from = from;
        best.to = to;
      }
      if (sum <= least) {
        least = sum;
        from = to;
      }
    }
    return { ...best, sum: best.to === 0 ? 0 : bestSum };
  }

  /**
   * Goes on where the smallest sum is out of reach, with those that are the smallest from some place on.
   * @returns where the sum is smaller than all that are in reach, or the end
   */
  #findBeyond(
    contributions: Float64Array,
    from: number,
    first: number,
    count: number,
    maxWords: number,
    best: Passage,
  ): number {
    const sums = this.#sums;
    const smallest = this.#smallest;
    let head = 0;
    let tail = 0;
    for (let at = from + 1; at < first; at += 1) tail = addSmallest(sums, smallest, head, tail, at);
    let to = first;
    for (; to <= count; to += 1) {
      sums[to] = (sums[to - 1] as number) + (contributions[to - 1] as number);
      while ((smallest[head] as number) < to - maxWords) head += 1;
      const start = smallest[head] as number;
      const sum = (sums[to] as number) - (sums[start] as number);
      if (sum > best.sum) {
        best.sum = sum;
        best.from = start;
        best.to = to;
      }
      tail = addSmallest(sums, smallest, head, tail, to);
      if (tail === head + 1) break;
    }
    return Math.min(to, count);
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
