import { type Decoded, oneUnit } from './decoder.ts';

/** Digits and marks, and the letters that they look like. */
const LETTERS: Record<string, string> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' };
const LEET = /[0-9@$]+/g;
const CHARACTER = /./g;
const NUMBER = /[2689]/;
/** More digits in a row are a number. */
const MAX_RUN = 4;

/** The text with the digits of leetspeak as letters, short numbers too: `17` is `it`. */
export function decodeLeetspeak(text: string): Decoded[] {
  const decoded = text.replace(LEET, (run) =>
    run.length > MAX_RUN || NUMBER.test(run)
      ? run
      : run.replace(CHARACTER, (character) => LETTERS[character] ?? character),
  );
  return [{ text: decoded, start: 0, end: text.length, originOf: oneUnit }];
}
