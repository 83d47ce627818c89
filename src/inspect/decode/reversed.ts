import type { Decoded } from './decoder.ts';

/** The text from its end to its start. */
export function decodeReversed(text: string): Decoded[] {
  return [{ text: reverse(text), position: 0 }];
}

export function reverse(text: string): string {
  return Array.from(text).reverse().join('');
}
