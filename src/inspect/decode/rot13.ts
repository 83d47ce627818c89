import { type Decoded, oneUnit } from './decoder.ts';

/** The text with each Latin letter moved by half the alphabet. */
export function decodeRot13(text: string): Decoded[] {
  return [{ text: rot13(text), start: 0, end: text.length, originOf: oneUnit }];
}

export function rot13(text: string): string {
  const bytes = Buffer.from(text, 'utf16le');
  for (let at = 0; at < bytes.length; at += 2) {
    const code = bytes[at] as number;
    const letter = code | 0x20;
    if (bytes[at + 1] !== 0 || letter < 0x61 || letter > 0x7a) continue;
    bytes[at] = (code & 31) > 13 ? code - 13 : code + 13;
  }
  return bytes.toString('utf16le');
}
