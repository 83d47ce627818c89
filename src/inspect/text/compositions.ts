/** All characters that are composed of others, or that others are composed of, are below this. */
const CHARACTERS = 0x20000;
/** At least as many as there are compositions, characters that they begin with, and characters that they end with. */
export const COMPOSITIONS = 2_048;
const FIRSTS = 512;
const SECONDS = 96;

/** What is composed to what, by code points; the first one is none. */
const FIRST = new Int32Array(COMPOSITIONS);
const SECOND = new Int32Array(COMPOSITIONS);
const COMPOSED = new Int32Array(COMPOSITIONS);
let count = 1;
/** Of each character: its composition, its row and its column in TABLE; 0 where it has none. */
const COMPOSITION_OF = new Uint16Array(CHARACTERS);
const ROWS = new Uint16Array(CHARACTERS);
const COLUMNS = new Uint8Array(CHARACTERS);
/** For each character that compositions begin with a row of those that they end with: their composition. */
const TABLE = new Uint16Array(FIRSTS * SECONDS);
let rows = 1;
let columns = 1;

/** Has it known that two characters are composed to another one; all are code points. */
export function addComposition(first: number, second: number, composed: number): void {
  if (ROWS[first] === 0) ROWS[first] = SECONDS * rows++;
  if (COLUMNS[second] === 0) COLUMNS[second] = columns++;
  if (count === COMPOSITIONS || rows > FIRSTS || columns > SECONDS || composed >= CHARACTERS)
    throw new RangeError('there are too many compositions for their tables');
  TABLE[(ROWS[first] as number) + (COLUMNS[second] as number)] = count;
  COMPOSITION_OF[composed] = count;
  FIRST[count] = first;
  SECOND[count] = second;
  COMPOSED[count] = composed;
  count += 1;
}

/** All characters that are composed with one before them. */
export function allSeconds(): Set<number> {
  return new Set(SECOND.subarray(1, count));
}

/** What two characters are composed to; 0 where they are not. */
export function composedOf(first: number, second: number): number {
  if (first >= CHARACTERS) return 0;
  return COMPOSED[TABLE[(ROWS[first] as number) + (COLUMNS[second] as number)] as number] as number;
}

/** What a character is composed of, for firstOf and secondOf; 0 where it is not. */
export function compositionOf(composed: number): number {
  return composed >= CHARACTERS ? 0 : (COMPOSITION_OF[composed] as number);
}

export function firstOf(composition: number): number {
  return FIRST[composition] as number;
}

export function secondOf(composition: number): number {
  return SECOND[composition] as number;
}

/** https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/ (Hangul Syllable Composition) */
const HANGUL = { initial: 0x1100, vowel: 0x1161, final: 0x11a7, syllable: 0xac00 } as const;
const INITIALS = 19;
const VOWELS = 21;
const FINALS = 28;

/** Of Hangul, those that may be composed with the character before them: vowels and last consonants. */
export const HANGUL_SECONDS: readonly (readonly [first: number, last: number])[] = [
  [HANGUL.vowel, HANGUL.vowel + VOWELS - 1],
  [HANGUL.final + 1, HANGUL.final + FINALS - 1],
];

/** What a character and a vowel or last consonant of Hangul are composed to; 0 where they are not. */
export function syllableOf(first: number, second: number): number {
  const initial = first - HANGUL.initial;
  const vowel = second - HANGUL.vowel;
  if (vowel >= 0 && vowel < VOWELS) {
    const isInitial = initial >= 0 && initial < INITIALS;
    return isInitial ? HANGUL.syllable + (initial * VOWELS + vowel) * FINALS : 0;
  }
  const final = second - HANGUL.final;
  const syllable = first - HANGUL.syllable;
  const isOpen = syllable >= 0 && syllable < INITIALS * VOWELS * FINALS && syllable % FINALS === 0;
  return isOpen && final > 0 && final < FINALS ? first + final : 0;
}
