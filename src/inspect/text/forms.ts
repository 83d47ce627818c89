/** What a unit is replaced by is its entry, but for these. */
export const FORM = { same: 0, removed: 1, pair: 2 } as const;

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

/** Letters in brackets, which NFKC leaves there. */
const BRACKETED: Range = [0x249c, 0x24b5];

/** Circled letters, and full-width and half-width forms: NFKC takes many times as long for them as for what stays as it is. */
const FREQUENT: readonly Range[] = [
  [0x2460, 0x2473],
  [0x24b6, 0x24ff],
  [0xff01, 0xff5e],
];

/** First units of pairs that are invisible, bracketed or mathematical letters, or tags; others in them stay. */
const PAIRS: readonly Range[] = [
  [0xd82f, 0xd82f],
  [0xd834, 0xd835],
  [0xd83c, 0xd83c],
  [0xdb40, 0xdb43],
];
const FIRST_LOW = 0xdc00;
const LOWS = 0x400;
const MATHEMATICAL = 0xd835;
const SHORTHAND = 0xd82f;
const MUSICAL = 0xd834;
const ENCLOSED = 0xd83c;
const FIRST_TAGS = 0xdb40;

/** Of each UTF-16 unit: what it is replaced by, or one of FORM. */
export const FORMS = new Uint16Array(0x10000);
/** The same of the second units of mathematical letters. */
const MATHEMATICAL_FORMS = new Uint16Array(LOWS);

for (const range of INVISIBLE) FORMS.fill(FORM.removed, range[0], range[1] + 1);
for (const range of PHRASES) FORMS.fill(SPACE, range[0], range[1] + 1);
for (const range of PAIRS) FORMS.fill(FORM.pair, range[0], range[1] + 1);
for (let unit = BRACKETED[0]; unit <= BRACKETED[1]; unit += 1)
  FORMS[unit] = FIRST_LETTER + unit - BRACKETED[0];
for (const [first, last] of FREQUENT) {
  for (let unit = first; unit <= last; unit += 1) FORMS[unit] = formOf(String.fromCharCode(unit));
}
for (let low = 0; low < LOWS; low += 1) {
  MATHEMATICAL_FORMS[low] = formOf(String.fromCharCode(MATHEMATICAL, FIRST_LOW + low));
}

/** What a pair is replaced by that starts with one of the units that FORMS says so of, or one of FORM. */
export function formOfPair(high: number, low: number): number {
  if (high >= FIRST_TAGS) return FORM.removed;
  if (high === MATHEMATICAL) return MATHEMATICAL_FORMS[low - FIRST_LOW] as number;
  if (high === ENCLOSED && low >= 0xdd10 && low <= 0xdd29) return FIRST_LETTER + low - 0xdd10;
  if (high === SHORTHAND && low >= 0xdca0 && low <= 0xdca3) return FORM.removed;
  return high === MUSICAL && low >= 0xdd73 && low <= 0xdd7a ? FORM.removed : FORM.same;
}

/** What NFKC makes of a character, where that is another one unit. */
function formOf(character: string): number {
  const form = character.normalize('NFKC');
  return form.length === 1 && form !== character ? form.charCodeAt(0) : FORM.same;
}
