import { COMPOSING_MARKS } from './compositions.ts';
import { rankMarks } from './mark-order.ts';
import { FORM, formsOf } from './nfkc.ts';

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
/** Hangul's vowels and last consonants, which are put together with those before them by a rule of their own. */
const JAMO: Range = [0x1160, 0x11ff];

/** Units that begin pairs of which some have other forms: of shorthand, music, mathematics, and symbols. */
const FORMED_PAIRS = [0xd82f, 0xd834, 0xd835, 0xd83c, 0xd83e];
/** Of controls of shorthand and music. */
const INVISIBLE_PAIRS: readonly Range[] = [
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
];
/** Those that begin tags, all of which are invisible. */
const FIRST_TAG = 0xdb40;
const LAST_TAG = 0xdb43;
/** Of scripts with marks beyond the first 65,536 characters, and of forms of ideographs. */
const HARD_PAIRS: readonly Range[] = [
  [0xd800, 0xd807],
  [0xd818, 0xd81b],
  [0xd833, 0xd833],
  [0xd838, 0xd83b],
  [0xd87e, 0xd87e],
];
/** After all marks that have a place in their order. */
export const LAST_MARKS = -255;
const FIRST_HIGH = 0xd800;
const FIRST_LOW = 0xdc00;
const LOWS = 0x400;
const FIRST_PAIR = 0x10000;

/** What becomes of each UTF-16 unit. */
export const FORMS = new Int32Array(0x10000);
/** What becomes of pairs that begin with one of FORMED_PAIRS: a row for each. */
const PAIR_FORMS = new Int32Array(FORMED_PAIRS.length * LOWS);
/** Of such a unit where its row starts. */
const PAIR_ROWS = new Uint16Array(LOWS);

for (const range of CHARACTERS) FORMS.set(formsOf(...range), range[0]);
const marks = [...FORMS.keys()].filter((unit) => FORMS[unit] === FORM.mark);
for (const [at, rank] of rankMarks(marks.map((mark) => String.fromCharCode(mark))).entries())
  FORMS[marks[at] as number] = -rank;
// They have no place in that order.
for (const mark of COMPOSING_MARKS) if (FORMS[mark] === FORM.same) FORMS[mark] = LAST_MARKS;
for (const range of [JAMO, ...HARD_PAIRS]) FORMS.fill(FORM.hard, range[0], range[1] + 1);
for (const range of INVISIBLE) FORMS.fill(FORM.removed, range[0], range[1] + 1);
for (const range of PHRASES) FORMS.fill(SPACE, range[0], range[1] + 1);
for (let unit = BRACKETED[0]; unit <= BRACKETED[1]; unit += 1)
  FORMS[unit] = FIRST_LETTER + unit - BRACKETED[0];
FORMS.fill(FORM.pair, FIRST_TAG, LAST_TAG + 1);
for (const [row, high] of FORMED_PAIRS.entries()) {
  FORMS[high] = FORM.pair;
  PAIR_ROWS[high - FIRST_HIGH] = row * LOWS;
  const first = codePointOf(high, FIRST_LOW);
  PAIR_FORMS.set(
    formsOf(first, first + LOWS - 1).map((form, at) => pairForm(first + at, form)),
    row * LOWS,
  );
}

function codePointOf(high: number, low: number): number {
  return FIRST_PAIR + (high - FIRST_HIGH) * LOWS + low - FIRST_LOW;
}

function pairForm(codePoint: number, form: number): number {
  const isIn = ([from, to]: Range) => codePoint >= from && codePoint <= to;
  if (isIn(BRACKETED_CAPITALS)) return FIRST_LETTER + codePoint - BRACKETED_CAPITALS[0];
  if (INVISIBLE_PAIRS.some(isIn)) return FORM.removed;
  return form;
}

/** What becomes of a pair that begins with a unit of which FORMS says that the second one tells. */
export function formOfPair(high: number, low: number): number {
  if (high >= FIRST_TAG) return FORM.removed;
  return PAIR_FORMS[(PAIR_ROWS[high - FIRST_HIGH] as number) + low - FIRST_LOW] as number;
}
