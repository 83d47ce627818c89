import { addComposition } from './compositions.ts';

/**
 * What becomes of a character by itself (NFKC, https://www.unicode.org/reports/tr15/): the UTF-16 unit that replaces it, but for
 * these.
 */
export const FORM = {
  /** A mark: stays where what stands before it is not composed with it. Below this are those that come after it in their order. */
  mark: -1,
  /** Stays, whatever stands around it, but for a mark that it is composed with. */
  same: 0,
  removed: 1,
  /** What becomes of it is told by the unit after it. */
  pair: 2,
  /** Stays, too, but a mark after it may change it in other ways. */
  composed: 3,
  /** What becomes of it depends on more than that. */
  hard: 4,
} as const;
/** From here on it is where in EXPANSIONS the units stand that replace it. */
export const EXPANDED = 0x10000;
/** No character is replaced by more units. */
export const MAX_EXPANSION = 3;

/** Units that replace a character together, MAX_EXPANSION for each; 0 after the last of fewer. */
export const EXPANSIONS = new Uint16Array(0x1000);
let expansions = 0;

/** Parts what is normalised together: to normalise each by itself takes several times as long. */
const PART = '\0';
/** All other marks are put before this one (https://www.unicode.org/reports/tr44/#Canonical_Combining_Class_Values). */
const LAST_MARK = '\u0345';
/** Hangul's vowels and last consonants, which are put together with those before them by a rule of their own. */
const JAMO = /[\u1160-\u11ff]/;

/**
 * What becomes of characters, from the first to the last one, which are of one or of two units each. Has it known what those of
 * one are composed of.
 */
export function formsOf(first: number, last: number): Int32Array {
  const characters: string[] = [];
  for (let codePoint = first; codePoint <= last; codePoint += 1)
    characters.push(String.fromCodePoint(codePoint));
  const replaced = normaliseEach('', characters, 'NFKC');
  const parts = normaliseEach('', characters, 'NFD');
  const ordered = normaliseEach(LAST_MARK, ['', ...characters], 'NFD');
  const forms = new Int32Array(characters.length);
  for (let at = 0; at < forms.length; at += 1) {
    const character = characters[at] as string;
    const form = replaced[at] as string;
    const isWhole = parts[at] === character;
    const isOrdered = ordered[at + 1] !== LAST_MARK + parts[at];
    if (form !== character) forms[at] = replacementBy(form);
    // Marks that are pairs of units stand in few texts.
    else if (isOrdered) forms[at] = isWhole && character.length === 1 ? FORM.mark : FORM.hard;
    else forms[at] = isWhole ? FORM.same : FORM.composed;
    if (forms[at] === FORM.composed && character.length === 1)
      readComposition(character, parts[at] as string);
  }
  return forms;
}

function replacementBy(form: string): number {
  if (form.length > MAX_EXPANSION || JAMO.test(form) || Array.from(form).some(isMark)) return FORM.hard;
  if (form.length === 1) return form.charCodeAt(0);
  const start = expansions;
  expansions += MAX_EXPANSION;
  if (expansions > EXPANSIONS.length) throw new RangeError('there are too many expansions for their table');
  for (let at = 0; at < form.length; at += 1) EXPANSIONS[start + at] = form.charCodeAt(at);
  return EXPANDED + start;
}

/** Whether a character has a place in the order of marks. */
function isMark(character: string): boolean {
  return (LAST_MARK + character).normalize('NFD') !== LAST_MARK + character.normalize('NFD');
}

/** What is composed of more than two is composed of a composed character and the last of them. */
function readComposition(character: string, parts: string): void {
  const first = parts.slice(0, -1).normalize('NFC');
  const last = parts.charCodeAt(parts.length - 1);
  if (first.length === 1)
    addComposition(first.charCodeAt(0), last, character.charCodeAt(0), parts.length === 2);
}

/** @param before stands before each of them, after what parts them */
function normaliseEach(before: string, characters: readonly string[], form: 'NFD' | 'NFKC'): string[] {
  return characters
    .join(PART + before)
    .normalize(form)
    .split(PART);
}
