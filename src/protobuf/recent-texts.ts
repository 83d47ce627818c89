import { decodeUtf8 } from './utf8.ts';

/** A power of two. */
const PLACES = 64;
/** A longer text is read anew each time. */
const MAX_BYTES = 64;

interface Recent {
  bytes: Uint8Array;
  text: string;
}

/**
 * Reads texts of which there are few, such as the keys of descriptors, and has the same string for the same bytes: to
 * compare bytes takes less than to make a text of them, and V8 knows the hash of a string that it was asked for before.
 */
export class RecentTexts {
  readonly #places: (Recent | undefined)[] = new Array(PLACES).fill(undefined);

  /** @throws MessageError where bytes[from, to) are not UTF-8 */
  read(bytes: Buffer, from: number, to: number): string {
    const length = to - from;
    if (length === 0 || length > MAX_BYTES) return decodeUtf8(bytes, from, to);
    const middle = bytes[from + (length >> 1)] as number;
    const place =
      (length + 7 * (bytes[from] as number) + 31 * middle + 3 * (bytes[to - 1] as number)) % PLACES;
    const recent = this.#places[place];
    if (recent !== undefined && isSame(recent.bytes, bytes, from, length)) return recent.text;
    const text = decodeUtf8(bytes, from, to);
    this.#places[place] = { bytes: Uint8Array.prototype.slice.call(bytes, from, to), text };
    return text;
  }
}

function isSame(own: Uint8Array, bytes: Uint8Array, from: number, length: number): boolean {
  if (own.length !== length) return false;
  for (let index = 0; index < length; index += 1) if (own[index] !== bytes[from + index]) return false;
  return true;
}
