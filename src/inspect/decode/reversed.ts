import type { Decoded } from './decoder.ts';

/** The text from its end to its start. */
export function decodeReversed(text: string): Decoded[] {
  return [{ text: reverse(text), position: 0 }];
}

/** By code points, so that no pair of UTF-16 units is torn. */
export function reverse(text: string): string {
  let reversed = '';
  for (const character of text) reversed = character + reversed;
  return reversed;
}
