import { foldUnit } from '../rules/fold.ts';
import { isHighSurrogate, isLowSurrogate } from '../text/surrogates.ts';
import { LATIN_END } from '../words/characters.ts';
import { ASSERTION, type CharacterSet } from './nfa.ts';

/** What stands on one side of a place, as far as assertions go. */
export const KIND = { textEnd: 0, newline: 1, word: 2, other: 3 } as const;
export const KINDS = 4;

const NEWLINE = 10;
/** As \b knows them (https://github.com/google/re2/wiki/Syntax). */
const WORD = /^[0-9A-Za-z_]$/;
const KIND_BOUNDS = [NEWLINE, NEWLINE + 1, 0x30, 0x3a, 0x41, 0x5b, 0x5f, 0x60, 0x61, 0x7b];

const LAST_CODE_POINT = 0x10ffff;
const UNITS = 0x10000;
const PAGE = 256;
const FIRST_HIGH_SURROGATE = 0xd800;
const FIRST_LOW_SURROGATE = 0xdc00;

/** Characters that a pattern does not tell apart are one class. Accents do not count. */
export class Alphabet {
  /** Classes, and one more for the end of the text. */
  readonly width: number;
  readonly end: number;
  /** Of each class. */
  readonly kinds: Uint8Array;
  /** The first half of a pair of units, which classOfPair tells more about. */
  readonly pair: number;
  /** Of each page of 256 units where it starts in #pages, and of each unit of a page its class. */
  readonly pageStarts = new Int32Array(UNITS / PAGE);
  readonly pages: Uint16Array;
  readonly #bounds: Int32Array;
  readonly #classes: Uint16Array;
  /** Of each class: a character of it. */
  readonly #examples: number[] = [];

  constructor(sets: readonly CharacterSet[]) {
    const bounds = new Set([0, ...KIND_BOUNDS, ...sets.flatMap((set) => set.bounds)]);
    this.#bounds = Int32Array.from(bounds)
      .filter((bound) => bound <= LAST_CODE_POINT)
      .sort();
    const known = new Map<string, number>();
    this.#classes = Uint16Array.from(this.#bounds, (codePoint) => {
      const key = `${kindOf(codePoint)}${sets.map((set) => (set.has(codePoint) ? '1' : '0')).join('')}`;
      const number = known.get(key) ?? known.size;
      if (number === known.size) {
        known.set(key, number);
        this.#examples.push(codePoint);
      }
      return number;
    });
    this.end = known.size;
    this.width = known.size + 1;
    this.pair = this.width;
    this.kinds = Uint8Array.from([...this.#examples.map(kindOf), KIND.textEnd]);
    this.pages = this.#pagesOf();
  }

  /** Of a set and a class whether the set has its characters. */
  members(sets: readonly CharacterSet[]): Uint8Array {
    return Uint8Array.from(
      sets.flatMap((set) => [...this.#examples.map((example) => (set.has(example) ? 1 : 0)), 0]),
    );
  }

  classOfUnit(unit: number): number {
    return this.pages[(this.pageStarts[unit >>> 8] as number) + (unit & (PAGE - 1))] as number;
  }

  /** The class of the character that starts at a high surrogate of a text. */
  classOfPair(units: Uint16Array, at: number, length: number): number {
    const high = units[at] as number;
    const low = at + 1 < length ? (units[at + 1] as number) : 0;
    if (!isLowSurrogate(low)) return this.#search(high);
    return this.#search(((high - FIRST_HIGH_SURROGATE) << 10) + low - FIRST_LOW_SURROGATE + UNITS);
  }

  #search(codePoint: number): number {
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((bounds[middle] as number) <= codePoint) low = middle;
      else high = middle;
    }
    return this.#classes[low] as number;
  }

  /** Writes where pages start; those that are of one class alone are written once. */
  #pagesOf(): Uint16Array {
    const pages: number[] = [];
    const uniform = new Map<number, number>();
    let bound = 0;
    for (let page = 0; page < UNITS / PAGE; page += 1) {
      const first = page * PAGE;
      while (bound < this.#bounds.length && (this.#bounds[bound] as number) <= first) bound += 1;
      const isUniform = first >= LATIN_END + PAGE && (this.#bounds[bound] ?? UNITS) >= first + PAGE;
      const whole = isUniform ? this.#classOfFolded(first) : -1;
      const known = uniform.get(whole);
      if (isUniform && known !== undefined) {
        this.pageStarts[page] = known;
        continue;
      }
      if (isUniform) uniform.set(whole, pages.length);
      this.pageStarts[page] = pages.length;
      for (let unit = first; unit < first + PAGE; unit += 1) pages.push(this.#classOfFolded(unit));
    }
    return Uint16Array.from(pages);
  }

  #classOfFolded(unit: number): number {
    if (isHighSurrogate(unit)) return this.pair;
    return this.#search(unit >= 0x80 && unit < LATIN_END ? foldUnit(unit) : unit);
  }
}

/** What holds between two characters, by their kinds. */
export function assertionsBetween(before: number, after: number): number {
  let assertions = 0;
  if (before === KIND.textEnd) assertions |= ASSERTION.textStart;
  if (after === KIND.textEnd) assertions |= ASSERTION.textEnd;
  if (before <= KIND.newline) assertions |= ASSERTION.lineStart;
  if (after <= KIND.newline) assertions |= ASSERTION.lineEnd;
  const isBoundary = (before === KIND.word) !== (after === KIND.word);
  return assertions | (isBoundary ? ASSERTION.wordBoundary : ASSERTION.noWordBoundary);
}

function kindOf(codePoint: number): number {
  if (codePoint === NEWLINE) return KIND.newline;
  return WORD.test(String.fromCodePoint(codePoint)) ? KIND.word : KIND.other;
}
