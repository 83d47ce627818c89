/** The words from `from` to before `to`, and the sum of what they contribute. */
export interface Passage {
  sum: number;
  from: number;
  to: number;
}

/** Below the sum of any passage. */
const NOTHING_YET = -(2 ** 30);

/** Finds the passage of at most maxWords words that contributes most, however much harmless text is around it. */
export class PassageFinder {
  /** Of each word of a block: the smallest of the sums up to it and up to those after it in the block. */
  readonly #leastFrom: Int32Array;

  /** @param mostWords that a passage may have */
  constructor(mostWords: number) {
    this.#leastFrom = new Int32Array(mostWords);
  }

  /**
   * Linear in count, and without a branch for what cannot be foretold: the smallest sum in reach of a word is that of the
   * end of one block of maxWords words or of the beginning of the next (van Herk, A fast algorithm for local minimum and maximum
   * filters on rectangular and octagonal kernels, 1992).
   * @param sums of what the words before each one contribute, and of all: whole numbers, which may have wrapped around
   * @returns of equal ones the first that ends; an empty passage where there are no words
   */
  find(sums: Int32Array, count: number, maxWords: number): Passage {
    if (count === 0) return { sum: 0, from: 0, to: 0 };
    const leastFrom = this.#leastFrom;
    let best = NOTHING_YET;
    let to = 0;
    leastFrom.fill(sums[0] as number);
    for (let block = 0; block < count; block += maxWords) {
      const words = Math.min(maxWords, count - block);
      let least = sums[block] as number;
      for (let word = 0; word < words; word += 1) {
        const sum = sums[block + word + 1] as number;
        const before = leastFrom[word] as number;
        const below = (least - before) | 0;
        const found = (sum - before - (below & (below >> 31))) | 0;
        if (found > best) {
          best = found;
          to = block + word + 1;
        }
        const lower = (sum - least) | 0;
        least = (least + (lower & (lower >> 31))) | 0;
      }
      least = sums[block + words] as number;
      for (let word = words - 1; word >= 0; word -= 1) {
        const lower = ((sums[block + word + 1] as number) - least) | 0;
        least = (least + (lower & (lower >> 31))) | 0;
        leastFrom[word] = least;
      }
    }
    return { sum: best, from: startOf(sums, to, maxWords), to };
  }
}

/** After how many words the best passage starts that ends with a word; of equal ones the last. */
function startOf(sums: Int32Array, to: number, maxWords: number): number {
  let start = to - 1;
  for (let at = start - 1; at >= 0 && to - at <= maxWords; at -= 1)
    if ((((sums[at] as number) - (sums[start] as number)) | 0) < 0) start = at;
  return start;
}
