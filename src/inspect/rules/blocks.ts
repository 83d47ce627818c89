import type { Units } from '../text/unit-buffer.ts';

/** Matches of up to so many characters are found, white space aside. */
const BLOCK_CHARACTERS = 200;
const SPACE = 0x20;
const NO_BREAK_SPACE = 0xa0;

/**
 * A text in blocks of the same number of characters that are no white space: so nothing is moved out of reach by white
 * space. Counted no further than is asked for.
 */
export class Blocks {
  readonly #units: Uint16Array;
  readonly #length: number;
  readonly #starts = [0];
  #at = 0;
  #characters = 0;

  constructor({ units, length }: Units) {
    this.#units = units;
    this.#length = length;
  }

  /** The block that a place of the text is in. @param at not before that of an earlier call */
  blockOf(at: number): number {
    this.#countTo(at, Number.POSITIVE_INFINITY);
    return this.#starts.length - 1;
  }

  /** Where a block starts; the text's end where there is no such block. */
  startOf(block: number): number {
    this.#countTo(this.#length - 1, block);
    return this.#starts[block] ?? this.#length;
  }

  endOf(block: number): number {
    return this.startOf(block + 1);
  }

  /** Counts up to a place, or to where a block starts. */
  #countTo(last: number, block: number): void {
    const units = this.#units;
    const starts = this.#starts;
    let characters = this.#characters;
    let at = this.#at;
    if (starts.length > block) return;
    for (; at <= last; at += 1) {
      const unit = units[at] as number;
      if (unit === NO_BREAK_SPACE) continue;
      // 1 for what is no white space: without a branch, as where words end cannot be foretold.
      characters += (SPACE - unit) >>> 31;
      if (characters <= BLOCK_CHARACTERS) continue;
      starts.push(at);
      characters = 1;
      if (starts.length > block) {
        at += 1;
        break;
      }
    }
    this.#characters = characters;
    this.#at = at;
  }
}
