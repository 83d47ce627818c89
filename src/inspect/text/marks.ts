import { COMPOSITIONS, composedOf, compositionOf, firstOf, secondOf } from './compositions.ts';
import { formOf } from './forms.ts';
import { MAX_EXPANSION } from './nfkc.ts';
import { codePointOf, FIRST_PAIR, highOf, isHighSurrogate, isLowSurrogate, lowOf } from './surrogates.ts';

/**
 * Marks in a row that are put in order: to order any number of them takes time quadratic in it. None needs more
 * (https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format).
 */
export const MAX_MARKS = 30;
/** Marks that one character is composed with, at most. */
const MAX_OF_CHARACTER = 4;
/** Of a mark's key: its place in their order, whether any character is composed with it, and the mark. */
const RANK_SHIFT = 22;
const COMPOSES = 1 << 21;
const CHARACTER_MASK = COMPOSES - 1;

/** Of each composition: the key of the mark at its end; 0 where that is none. */
const OWN_KEYS = new Int32Array(COMPOSITIONS);
for (let composition = 0; composition < COMPOSITIONS; composition += 1) {
  const second = secondOf(composition);
  const form = formOf(second);
  OWN_KEYS[composition] = form < 0 ? keyOf(form, second) : 0;
}

/**
 * The marks that follow a character: put in order and composed with it where they can be, as Unicode's Canonical Ordering and
 * Canonical Composition Algorithms say (https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/).
 */
export class Marks {
  /** How many there are that are not written yet. */
  count = 0;
  /** How many of those that are written stood in a row with others, those of the characters before them among them. */
  inRows = 0;
  /** In their order. */
  readonly #keys = new Int32Array(MAX_MARKS + MAX_EXPANSION + MAX_OF_CHARACTER);
  /** The bits of all keys. */
  #all = 0;

  /** Adds one, after those of its class: they stay as they stand. */
  add(form: number, mark: number): void {
    const keys = this.#keys;
    const key = keyOf(form, mark);
    let place = this.count;
    for (; place > 0 && rankOf(keys[place - 1] as number) > rankOf(key); place -= 1)
      keys[place] = keys[place - 1] as number;
    keys[place] = key;
    this.count += 1;
    this.#all |= key;
  }

  /**
   * Writes those that were added, and what the character before them becomes.
   * @param units are written to from `to` on; the character is not before `first`
   * @returns where the last one ends
   */
  write(units: Uint16Array, first: number, to: number): number {
    const keys = this.#keys;
    const composes = to > first && (this.#all & COMPOSES) !== 0;
    const start = composes ? characterStart(units, first, to) : to;
    const whole = composes ? characterAt(units, start, to) : 0;
    let character = composes ? this.#takeApart(whole) : 0;
    const { count } = this;
    if (count > 1) this.inRows += count;
    let end = to;
    let lastRank = 0;
    for (let at = 0; at < count; at += 1) {
      const key = keys[at] as number;
      const mark = key & CHARACTER_MASK;
      const rank = rankOf(key);
      // One of the same class that stays keeps them apart.
      const composed = (key & COMPOSES) === 0 || rank === lastRank ? 0 : composedOf(character, mark);
      if (composed !== 0) character = composed;
      else {
        lastRank = rank;
        end = writeCharacter(units, end, mark);
      }
    }
    if (character !== whole) writeCharacter(units, start, character);
    this.count = 0;
    this.#all = 0;
    return end;
  }

  /**
   * Adds a character's own marks where some that follow belong before them, and may be composed with what is left.
   * @returns what is left of it
   */
  #takeApart(whole: number): number {
    let composition = compositionOf(whole);
    if (composition === 0) return whole;
    const keys = this.#keys;
    const least = rankOf(keys[0] as number);
    let character = whole;
    for (; composition !== 0; composition = compositionOf(character)) {
      const key = OWN_KEYS[composition] as number;
      // What is no mark stays where it is, as does what comes before all that follow.
      if (rankOf(key) <= least) break;
      let place = this.count;
      for (; place > 0 && rankOf(keys[place - 1] as number) >= rankOf(key); place -= 1)
        keys[place] = keys[place - 1] as number;
      keys[place] = key;
      this.count += 1;
      character = firstOf(composition);
    }
    return character;
  }
}

function keyOf(form: number, mark: number): number {
  return (-form << (RANK_SHIFT - 1)) | mark;
}

function rankOf(key: number): number {
  return key >>> RANK_SHIFT;
}

/** Where the character starts that ends before `end`; at `end` where there is none from `first` on. */
export function characterStart(units: Uint16Array, first: number, end: number): number {
  if (end === first) return end;
  const isPair =
    isLowSurrogate(units[end - 1] as number) && end - first > 1 && isHighSurrogate(units[end - 2] as number);
  return isPair ? end - 2 : end - 1;
}

/** The code point of a character; 0, which is composed with nothing, where there is none. */
export function characterAt(units: Uint16Array, start: number, end: number): number {
  if (end - start === 2) return codePointOf(units[start] as number, units[start + 1] as number);
  return end === start ? 0 : (units[start] as number);
}

/** @returns where it ends */
export function writeCharacter(units: Uint16Array, to: number, character: number): number {
  if (character < FIRST_PAIR) {
    units[to] = character;
    return to + 1;
  }
  units[to] = highOf(character);
  units[to + 1] = lowOf(character);
  return to + 2;
}
