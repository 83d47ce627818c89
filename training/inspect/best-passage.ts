import type { Passage } from '../../src/inspect/model/passage.ts';

/** Sums up to each word, and the places of the smallest ones in reach, ascending. */
let sums = new Float64Array(0);
let smallest = new Int32Array(0);

/** The passage of at most maxWords words that contributes most, by contributions that are no whole numbers yet. */
export function bestPassage(contributions: Float64Array, count: number, maxWords: number): Passage {
  if (sums.length <= count) {
    sums = new Float64Array(2 * count + 1);
    smallest = new Int32Array(2 * count + 1);
  }
  const best: Passage = { sum: Number.NEGATIVE_INFINITY, from: 0, to: 0 };
  let head = 0;
  let tail = 0;
  sums[0] = 0;
  for (let to = 1; to <= count; to += 1) {
    const before = sums[to - 1] as number;
    while (tail > head && (sums[smallest[tail - 1] as number] as number) >= before) tail -= 1;
    smallest[tail] = to - 1;
    tail += 1;
    while ((smallest[head] as number) < to - maxWords) head += 1;
    sums[to] = before + (contributions[to - 1] as number);
    const from = smallest[head] as number;
    const sum = (sums[to] as number) - (sums[from] as number);
    if (sum > best.sum) Object.assign(best, { sum, from, to });
  }
  return best;
}
