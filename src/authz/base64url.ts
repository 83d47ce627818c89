import { Buffer } from 'node:buffer';

/** RFC 4648, section 5. */
const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 'latin1');

/**
 * Writes bytes[0, length) in base64url, without padding. For some dozens of bytes this takes less than Node's own, which makes a
 * text of them first.
 * @param to with room for four bytes to each three that are begun
 * @returns where it ends
 */
export function writeBase64url(to: Uint8Array, at: number, bytes: Uint8Array, length: number): number {
  let end = at;
  let from = 0;
  for (; from + 2 < length; from += 3, end += 4) {
    const [first, second, third] = [
      bytes[from] as number,
      bytes[from + 1] as number,
      bytes[from + 2] as number,
    ];
    to[end] = ALPHABET[first >>> 2] as number;
    to[end + 1] = ALPHABET[((first & 3) << 4) | (second >>> 4)] as number;
    to[end + 2] = ALPHABET[((second & 15) << 2) | (third >>> 6)] as number;
    to[end + 3] = ALPHABET[third & 63] as number;
  }
  if (from === length) return end;
  const first = bytes[from] as number;
  const second = from + 1 < length ? (bytes[from + 1] as number) : 0;
  to[end] = ALPHABET[first >>> 2] as number;
  to[end + 1] = ALPHABET[((first & 3) << 4) | (second >>> 4)] as number;
  if (from + 1 === length) return end + 2;
  to[end + 2] = ALPHABET[(second & 15) << 2] as number;
  return end + 3;
}
