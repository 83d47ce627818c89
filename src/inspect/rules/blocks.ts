import type { Units } from '../text/unit-buffer.ts';

/** Matches of up to so many characters are found, white space aside. */
const BLOCK_CHARACTERS = 200;
/** Units that are counted at once: without a branch, as where words end cannot be foretold. */
const STEP = 8;
const SPACE = 0x20;

/**
 * A text in blocks of at least as many characters that are no white space: so nothing is moved out of reach by white
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
    this.#count(at, Number.POSITIVE_INFINITY);
    let block = this.#starts.length - 1;
    while ((this.#starts[block] as number) > at) block -= 1;
    return block;
  }

  /** Where a block starts; the text's end where there is no such block. */
  startOf(block: number): number {
    this.#count(this.#length - 1, block);
    return this.#starts[block] ?? this.#length;
  }

  endOf(block: number): number {
    return this.startOf(block + 1);
  }

  /** Counts beyond a place, or to where a block starts; not beyond the text's last whole step. */
  #count(place: number, block: number): void {
    const units = this.#units;
    const starts = this.#starts;
    const last = this.#length - STEP;
    let at = this.#at;
    let characters = this.#characters;
    for (; at <= place && at <= last && starts.length <= block; at += STEP) {
      characters +=
        isCharacter(units[at] as number) +
        isCharacter(units[at + 1] as number) +
        isCharacter(units[at + 2] as number) +
        isCharacter(units[at + 3] as number) +
        isCharacter(units[at + 4] as number) +
        isCharacter(units[at + 5] as number) +
        isCharacter(units[at + 6] as number) +
        isCharacter(units[at + 7] as number);
      if (characters < BLOCK_CHARACTERS) continue;
      starts.push(at + STEP);
      characters = 0;
    }
    this.#characters = characters;
    this.#at = at;
  }
}

/** 1 for what is no white space. */
function isCharacter(unit: number): number {
  return (SPACE - unit) >>> 31;
}
