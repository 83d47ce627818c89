import { addComposition } from './compositions.ts';

/** UTF-16 units. */
const UNITS = 0x10000;
/**
 * What becomes of a character by itself (NFKC, https://www.unicode.org/reports/tr15/): the UTF-16 unit that stands for it then, the
 * same where it is of one that stays; less than 0 for a mark (see markForm); else one of these.
 */
export const FORM = {
  removed: UNITS,
  /** What becomes of it is told by the unit after it. */
  pair: 2 * UNITS,
  /** Of a pair: both units stay. */
  stays: 3 * UNITS,
  /** Stays, is no mark, and may be composed with the character that it follows. */
  second: 4 * UNITS,
  /** From here on it is where in EXPANSIONS the characters stand that replace it. */
  expanded: 5 * UNITS,
  /** From here on as well, and the first of those has to do with what stands before it. */
  expandedSecond: 6 * UNITS,
} as const;
/** No unit is replaced by more units. */
export const MAX_EXPANSION = 3;

/** Code points that replace a character together; -1 after the last of them. */
export const EXPANSIONS = new Int32Array(0x2000);
let expansions = 0;

/** Parts what is normalised together: to normalise each by itself takes several times as long. */
const PART = '\0';
/** All other marks are put before this one (https://www.unicode.org/reports/tr44/#Canonical_Combining_Class_Values). */
const LAST_MARK = '\u0345';
/** Hangul's vowels and last consonants, which are put together with those before them by a rule of their own. */
const HANGUL_SECOND = /^[\u1160-\u11ff]/;
/** All that have a place in the order of marks, and others. */
const MARK_OR_SIGN = /\p{M}/u;
/** Of a mark, until its place among others is known. */
const MARK = -1;

/** Of a mark: its place in the order of marks, from 1 on, and whether any character is composed with it. */
export function markForm(rank: number, composes: boolean): number {
  return -(2 * rank + (composes ? 1 : 0));
}

/** Where in EXPANSIONS an expanded form starts. */
export function expansionOf(form: number): number {
  return form & (UNITS - 1);
}

/**
 * What becomes of characters, from the first to the last one, which are of one or of two units each; -1 of all marks. Has it
 * known what they are composed of.
 */
export function formsOf(first: number, last: number): Int32Array {
  const all: string[] = [];
  for (let codePoint = first; codePoint <= last; codePoint += 1) all.push(String.fromCodePoint(codePoint));
  const forms = new Int32Array(all.length);
  for (let at = 0; at < forms.length; at += 1) forms[at] = first + at < UNITS ? first + at : FORM.stays;
  // Most stay whatever is done to them: only the others are looked at more closely.
  const taken = normaliseEach('', all, 'NFKD');
  const characters = all.filter((character, at) => taken[at] !== character || MARK_OR_SIGN.test(character));
  const replaced = normaliseEach('', characters, 'NFKC');
  const parts = normaliseEach('', characters, 'NFD');
  const ordered = normaliseEach(LAST_MARK, ['', ...characters], 'NFD');
  for (const [at, character] of characters.entries()) {
    const place = codePointOf(character) - first;
    const form = replaced[at] as string;
    if (form !== character) forms[place] = replacementBy(form);
    else if (character === LAST_MARK || ordered[at + 1] !== LAST_MARK + parts[at]) forms[place] = MARK;
    else if (parts[at] !== character) readComposition(character, parts[at] as string);
  }
  return forms;
}

function replacementBy(form: string): number {
  const isSecond = HANGUL_SECOND.test(form) || isMark(form);
  if (form.length === 1 && !isSecond) return form.charCodeAt(0);
  const start = expansions;
  for (const character of form) {
    EXPANSIONS[expansions] = character.codePointAt(0) as number;
    expansions += 1;
  }
  EXPANSIONS[expansions] = -1;
  expansions += 1;
  if (expansions > EXPANSIONS.length) throw new RangeError('there are too many expansions for their table');
  return (isSecond ? FORM.expandedSecond : FORM.expanded) + start;
}

/** Whether a text begins with a mark. */
function isMark(text: string): boolean {
  return text.startsWith(LAST_MARK) || !(LAST_MARK + text).normalize('NFD').startsWith(LAST_MARK);
}

/** What is composed of more than two is composed of a composed character and the last of them. */
function readComposition(character: string, parts: string): void {
  const last = [...parts].at(-1) as string;
  const first = parts.slice(0, -last.length).normalize('NFC');
  addComposition(codePointOf(first), codePointOf(last), codePointOf(character));
}

function codePointOf(character: string): number {
  return character.codePointAt(0) as number;
}

/** @param before stands before each of them, after what parts them */
function normaliseEach(
  before: string,
  characters: readonly string[],
  form: 'NFD' | 'NFKC' | 'NFKD',
): string[] {
  return characters
    .join(PART + before)
    .normalize(form)
    .split(PART);
}
