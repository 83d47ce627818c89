import { isUtf8 } from 'node:buffer';
import { MessageError } from './message-error.ts';

/** A call into V8's decoder costs as much as so many characters read one by one. */
const SHORT_BYTES = 12;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of bytes[from, to). Proto3 takes a string for well-formed UTF-8 alone
 * (https://protobuf.dev/programming-guides/proto3/#scalar), as Go's and C++'s parsers do.
 * @throws MessageError where it is not
 */
export function decodeUtf8(bytes: Buffer, from: number, to: number): string {
  if (to - from <= SHORT_BYTES) {
    let text = '';
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] as number;
      if (byte > 0x7f) return decodeStrictly(bytes, from, to);
      text += String.fromCharCode(byte);
    }
    return text;
  }
  const text = bytes.toString('utf8', from, to);
  // What is malformed becomes U+FFFD, which a text may also hold in its own right. In a text of Latin-1 there is nothing to search.
  return text.includes('\ufffd') ? decodeStrictly(bytes, from, to) : text;
}

function decodeStrictly(bytes: Buffer, from: number, to: number): string {
  try {
    return strict.decode(bytes.subarray(from, to));
  } catch {
    throw notUtf8();
  }
}

/** Looking at so many bytes one by one costs as much as to make a view of them for Node to look at. */
const FEW_BYTES = 64;

/** @throws MessageError where bytes[from, to) are not the text of a string */
export function checkUtf8(bytes: Buffer, from: number, to: number): void {
  if (to - from <= FEW_BYTES && isAscii(bytes, from, to)) return;
  if (!isUtf8(bytes.subarray(from, to))) throw notUtf8();
}

function isAscii(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if ((bytes[at] as number) > 0x7f) return false;
  return true;
}

function notUtf8(): MessageError {
  return new MessageError('INTERNAL', 'a string is not UTF-8');
}
