/** One counted key. */
export interface Hitter {
  key: string;
  /** At most what there was, and at least that less `subtracted`. */
  count: number;
}

/**
 * The keys that were counted most, in bounded memory: the summary of Misra and Gries ("Finding repeated elements",
 * 1982). With room for `capacity` keys and N counted in all, each key's count is too low by `subtracted` at most, and
 * that is never more than N / (capacity + 1): a key with a larger share than that is always in it. Two summaries
 * merge without losing the bound (Agarwal et al., "Mergeable summaries", 2012).
 */
export class HeavyHitters {
  readonly #capacity: number;
  readonly #counts = new Map<string, number>();
  #subtracted = 0;
  #total = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** By how much every count may be too low. */
  get subtracted(): number {
    return this.#subtracted;
  }

  /** All that was counted, of keys that were dropped as well. */
  get total(): number {
    return this.#total;
  }

  get size(): number {
    return this.#counts.size;
  }

  has(key: string): boolean {
    return this.#counts.has(key);
  }

  add(key: string, count = 1): void {
    this.#total += count;
    const known = this.#counts.get(key);
    if (known !== undefined) this.#counts.set(key, known + count);
    else if (this.#counts.size < this.#capacity) this.#counts.set(key, count);
    else this.#replaceLeast(key, count);
  }

  /** The largest first. */
  entries(): Hitter[] {
    return [...this.#counts].map(([key, count]) => ({ key, count })).sort((a, b) => b.count - a.count);
  }

  /** No room: as much is taken from every key, the new one included, as leaves one with nothing. */
  #replaceLeast(key: string, count: number): void {
    const least = Math.min(count, ...this.#counts.values());
    this.#subtracted += least;
    for (const [other, counted] of this.#counts) {
      if (counted > least) this.#counts.set(other, counted - least);
      else this.#counts.delete(other);
    }
    if (count > least) this.#counts.set(key, count - least);
  }
}
