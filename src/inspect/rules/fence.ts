const FENCE = '```';

/** Where a text has fenced blocks of Markdown (https://spec.commonmark.org/0.31.2/#fenced-code-blocks). */
export class Fences {
  /** Where fences start, ascending: each second one closes a block. */
  readonly #starts: number[] = [];

  constructor(text: string) {
    for (let at = text.indexOf(FENCE); at >= 0; at = text.indexOf(FENCE, at + FENCE.length)) {
      this.#starts.push(at);
    }
  }

  /** Whether a place of the text lies within a block that is closed. */
  contains(position: number): boolean {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) < position) low = middle + 1;
      else high = middle;
    }
    return low % 2 === 1 && low < this.#starts.length;
  }
}
