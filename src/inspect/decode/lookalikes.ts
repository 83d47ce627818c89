import { LOOKALIKE, lowerBeyondLatin } from '../words/characters.ts';
import { type Decoded, oneUnit } from './decoder.ts';
import { textOf, unitsOf } from './units.ts';

/** Greek and Cyrillic. */
const FIRST = 0x370;
const END = 0x500;
/** Of each of their letters: the Latin one that it looks like, or itself. */
const LATIN = Uint16Array.from({ length: END - FIRST }, (_, at) => latinFor(FIRST + at));

/** The text with Cyrillic and Greek letters in words that have Latin ones, too, as the Latin ones that they look like. */
export function decodeLookalikes(text: string): Decoded[] {
  const units = unitsOf(text);
  for (let start = 0; start < units.length; ) {
    let end = start;
    let latin = 0;
    for (; end < units.length; end += 1) {
      if (isLatin(units[end] as number)) latin += 1;
      else if (!isForeign(units[end] as number)) break;
    }
    for (let at = start; latin > 0 && latin < end - start && at < end; at += 1) {
      const unit = units[at] as number;
      if (isForeign(unit)) units[at] = LATIN[unit - FIRST] as number;
    }
    start = end + 1;
  }
  return [{ text: textOf(units), start: 0, end: text.length, originOf: oneUnit }];
}

function isLatin(unit: number): boolean {
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isForeign(unit: number): boolean {
  return unit >= FIRST && unit < END;
}

function latinFor(letter: number): number {
  const lower = lowerBeyondLatin(letter);
  const latin = LOOKALIKE.get(lower) ?? letter;
  return lower === letter || latin === letter
    ? latin
    : String.fromCharCode(latin).toUpperCase().charCodeAt(0);
}
