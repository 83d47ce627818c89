import type { Decoded } from './decoder.ts';

/** The text with each Latin letter moved by half the alphabet. */
export function decodeRot13(text: string): Decoded[] {
  return [{ text: rot13(text), position: 0 }];
}

export function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const code = letter.charCodeAt(0);
    return String.fromCharCode((code & 31) > 13 ? code - 13 : code + 13);
  });
}
