import { allSeconds, HANGUL_SECONDS } from './compositions.ts';
import { rankMarks } from './mark-order.ts';
import { EXPANSIONS, FORM, formsOf, markForm } from './nfkc.ts';
import { codePointOf, FIRST_HIGH, FIRST_LOW, FIRST_PAIR, highOf, LOWS, lowOf } from './surrogates.ts';

const SPACE = 0x20;
const FIRST_LETTER = 0x61;

type Range = readonly [first: number, last: number];

/** Characters that show nothing: soft hyphens, zero-width ones, direction marks, variation selectors (Default_Ignorable_Code_Point, UAX 44). */
const INVISIBLE: readonly Range[] = [
  ...([
    [0xad, 0xad],
    [0x34f, 0x34f],
    [0x61c, 0x61c],
    [0x115f, 0x1160],
    [0x17b4, 0x17b5],
  ] as const),
  ...([
    [0x180b, 0x180f],
    [0x200b, 0x200f],
    [0x202a, 0x202e],
    [0x2060, 0x206f],
    [0x3164, 0x3164],
  ] as const),
  ...([
    [0xfe00, 0xfe0f],
    [0xfeff, 0xfeff],
    [0xffa0, 0xffa0],
    [0xfff0, 0xfff8],
  ] as const),
];

/**
 * Forms that stand for several characters, of which none hides a letter: fractions, numbers in brackets, squared words and
 * abbreviations, Arabic phrases. One of these becomes up to 18 characters, and a text of them many times its length.
 */
const PHRASES: readonly Range[] = [
  ...([
    [0xbc, 0xbe],
    [0x2057, 0x2057],
    [0x2100, 0x2101],
    [0x2105, 0x2106],
    [0x2150, 0x215f],
  ] as const),
  ...([
    [0x2167, 0x2167],
    [0x2177, 0x2177],
    [0x2189, 0x2189],
    [0x2474, 0x249b],
    [0x2a0c, 0x2a0c],
  ] as const),
  ...([
    [0x321d, 0x321e],
    [0x32c0, 0x33ff],
    [0xfdf0, 0xfdff],
  ] as const),
];

/** Letters in brackets, which NFKC leaves there: of one unit, and of two. */
const BRACKETED: Range = [0x249c, 0x24b5];
const BRACKETED_CAPITALS: Range = [0x1f110, 0x1f129];

/** Where units have other forms or are marks. */
const CHARACTERS: readonly Range[] = [
  [0xa0, 0x33ff],
  [0xa640, 0xabff],
  [0xf900, 0xffff],
];
/** Units that begin pairs of which some have other forms, are marks or composed: from the first to the last ones. */
const FORMED_PAIRS: readonly Range[] = [
  ...([
    [0xd800, 0xd807],
    [0xd818, 0xd81b],
    [0xd82f, 0xd82f],
    [0xd833, 0xd835],
    [0xd838, 0xd83c],
  ] as const),
  ...([
    [0xd83e, 0xd83e],
    [0xd87e, 0xd87e],
  ] as const),
];
/** Of controls of shorthand and music. */
const INVISIBLE_PAIRS: readonly Range[] = [
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
];
/** Those that begin tags, all of which are invisible. */
const FIRST_TAG = 0xdb40;
const LAST_TAG = 0xdb43;

const FORMED_HIGHS = FORMED_PAIRS.flatMap(([first, last]) =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at),
);

/** What becomes of each UTF-16 unit. */
export const FORMS = new Int32Array(0x10000);
/** What becomes of pairs that begin with one of FORMED_HIGHS: a row for each. */
const PAIR_FORMS = new Int32Array(FORMED_HIGHS.length * LOWS);
/** Of such a unit where its row starts. */
const PAIR_ROWS = new Uint16Array(LOWS);

// A callback for each takes many times as long.
for (let unit = 0; unit < FORMS.length; unit += 1) FORMS[unit] = unit;
for (const range of CHARACTERS) FORMS.set(formsOf(...range), range[0]);
for (const [row, high] of FORMED_HIGHS.entries()) {
  FORMS[high] = FORM.pair;
  PAIR_ROWS[high - FIRST_HIGH] = row * LOWS;
  const first = codePointOf(high, FIRST_LOW);
  PAIR_FORMS.set(formsOf(first, first + LOWS - 1), row * LOWS);
}
const seconds = allSeconds();
const marks = [...marksOf(FORMS, (at) => at), ...marksOf(PAIR_FORMS, pairAt)];
for (const [at, rank] of rankMarks(marks.map((mark) => String.fromCodePoint(mark))).entries()) {
  const mark = marks[at] as number;
  setForm(mark, markForm(rank, seconds.has(mark)));
}
for (const second of seconds) if (formOf(second) >= 0) setForm(second, FORM.second);
for (const [first, last] of HANGUL_SECONDS) FORMS.fill(FORM.second, first, last + 1);
for (const range of INVISIBLE) FORMS.fill(FORM.removed, range[0], range[1] + 1);
for (const range of PHRASES) FORMS.fill(SPACE, range[0], range[1] + 1);
for (let unit = BRACKETED[0]; unit <= BRACKETED[1]; unit += 1)
  FORMS[unit] = FIRST_LETTER + unit - BRACKETED[0];
FORMS.fill(FORM.pair, FIRST_TAG, LAST_TAG + 1);
for (let letter = BRACKETED_CAPITALS[0]; letter <= BRACKETED_CAPITALS[1]; letter += 1)
  setForm(letter, FIRST_LETTER + letter - BRACKETED_CAPITALS[0]);
for (const [first, last] of INVISIBLE_PAIRS)
  for (let control = first; control <= last; control += 1) setForm(control, FORM.removed);

/** What becomes of the characters in EXPANSIONS, which have no other forms. */
export const EXPANSION_FORMS = EXPANSIONS.map((character) => (character < 0 ? 0 : formOf(character)));

/** The characters of marks, by their places in a table. */
function marksOf(forms: Int32Array, codePointAt: (place: number) => number): number[] {
  const found: number[] = [];
  for (let at = 0; at < forms.length; at += 1) if ((forms[at] as number) < 0) found.push(codePointAt(at));
  return found;
}

/** The character of a place of PAIR_FORMS. */
function pairAt(place: number): number {
  return codePointOf(FORMED_HIGHS[Math.floor(place / LOWS)] as number, FIRST_LOW + (place % LOWS));
}

function setForm(character: number, form: number): void {
  if (character < FIRST_PAIR) FORMS[character] = form;
  else PAIR_FORMS[placeOfPair(highOf(character), lowOf(character))] = form;
}

/** What becomes of a character, by its code point. */
export function formOf(character: number): number {
  if (character < FIRST_PAIR) return FORMS[character] as number;
  const high = highOf(character);
  return FORMS[high] === FORM.pair ? formOfPair(high, lowOf(character)) : FORM.stays;
}

/** What becomes of a pair that begins with a unit of which FORMS says that the second one tells. */
export function formOfPair(high: number, low: number): number {
  if (high >= FIRST_TAG) return FORM.removed;
  return PAIR_FORMS[placeOfPair(high, low)] as number;
}

function placeOfPair(high: number, low: number): number {
  return (PAIR_ROWS[high - FIRST_HIGH] as number) + low - FIRST_LOW;
}
