import { type Decoded, oneUnit } from './decoder.ts';
import { textOf, unitsOf } from './units.ts';

/** Digits and marks, and the letters that they look like. */
const LETTERS = new Uint16Array(128);
for (const [digit, letter] of Object.entries({
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
})) {
  LETTERS[digit.charCodeAt(0)] = letter.charCodeAt(0);
}
/** More digits in a row are a number. */
const MAX_RUN = 4;

/** The text with the digits of leetspeak as letters, short numbers too: `17` is `it`. */
export function decodeLeetspeak(text: string): Decoded[] {
  const units = unitsOf(text);
  for (let start = 0; start < units.length; ) {
    let end = start;
    let areLetters = true;
    for (; end < units.length && isDigitOrMark(units[end] as number); end += 1) {
      areLetters &&= letterFor(units[end] as number) !== 0;
    }
    for (let at = start; areLetters && end - start <= MAX_RUN && at < end; at += 1) {
      units[at] = letterFor(units[at] as number);
    }
    start = end + 1;
  }
  return [{ text: textOf(units), start: 0, end: text.length, originOf: oneUnit }];
}

function isDigitOrMark(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || letterFor(unit) !== 0;
}

/** 0 where it stands for none. */
function letterFor(unit: number): number {
  return unit < LETTERS.length ? (LETTERS[unit] as number) : 0;
}
