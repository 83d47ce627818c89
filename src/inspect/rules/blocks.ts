/** Matches of up to so many characters are found, white space aside. */
const BLOCK_CHARACTERS = 200;
const NO_BREAK_SPACE = 0xa0;

/**
 * A text in blocks of the same number of characters that are no white space: so nothing is moved out of reach by white
 * space. Counted no further than is asked for.
 */
export class Blocks {
  readonly #text: string;
  readonly #starts = [0];
  #at = 0;
  #characters = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The block that a place of the text is in. @param at not before that of an earlier call */
  blockOf(at: number): number {
    while (this.#at <= at) this.#count();
    return this.#starts.length - 1;
  }

  /** Where a block starts; the text's end where there is no such block. */
  startOf(block: number): number {
    while (this.#starts.length <= block && this.#at < this.#text.length) this.#count();
    return this.#starts[block] ?? this.#text.length;
  }

  endOf(block: number): number {
    return this.startOf(block + 1);
  }

  #count(): void {
    const unit = this.#text.charCodeAt(this.#at);
    if (unit > 32 && unit !== NO_BREAK_SPACE) {
      if (this.#characters === BLOCK_CHARACTERS) {
        this.#starts.push(this.#at);
        this.#characters = 0;
      }
      this.#characters += 1;
    }
    this.#at += 1;
  }
}
