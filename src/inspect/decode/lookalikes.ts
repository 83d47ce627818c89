import { LOOKALIKE, lowerBeyondLatin } from '../words/characters.ts';
import type { Decoded } from './decoder.ts';

const WORDS = /[a-z\u0370-\u04ff]+/gi;
const LATIN = /[a-z]/i;
const FOREIGN = /[\u0370-\u04ff]/g;

/** The text with Cyrillic and Greek letters in words that have Latin ones, too, as the Latin ones that they look like. */
export function decodeLookalikes(text: string): Decoded[] {
  const decoded = text.replace(WORDS, (word) => (LATIN.test(word) ? word.replace(FOREIGN, latinFor) : word));
  return [{ text: decoded, start: 0, end: text.length, originOf: (position) => position }];
}

function latinFor(letter: string): string {
  const code = letter.charCodeAt(0);
  const lower = lowerBeyondLatin(code);
  const latin = LOOKALIKE.get(lower);
  if (latin === undefined) return letter;
  const character = String.fromCharCode(latin);
  return lower === code ? character : character.toUpperCase();
}
