import * as char from './characters.ts';
import { JsonRefusal, place } from './problem.ts';

/** A number of as many characters, without an exponent, is below 2^53 and is kept exactly where it is whole. */
const SAFE_LENGTH = 15;

/**
 * Where the number ends that begins at a place of a JSON text; that place itself where there is none.
 * @throws JsonRefusal where readers would round or lose it
 */
export function numberAt(bytes: Buffer, start: number): number {
  const whole = bytes[start] === char.MINUS ? start + 1 : start;
  const wholeEnd = bytes[whole] === char.ZERO ? whole + 1 : digitsEnd(bytes, whole);
  if (wholeEnd === whole) return start;
  const mantissaEnd = fractionEnd(bytes, wholeEnd);
  const end = exponentEnd(bytes, mantissaEnd);
  if (end > mantissaEnd || end - start > SAFE_LENGTH) checkRange(bytes, start, mantissaEnd, end);
  return end;
}

function fractionEnd(bytes: Buffer, at: number): number {
  if (bytes[at] !== char.DOT) return at;
  const end = digitsEnd(bytes, at + 1);
  return end === at + 1 ? at : end;
}

function exponentEnd(bytes: Buffer, at: number): number {
  if (bytes[at] !== char.LOWER_E && bytes[at] !== char.UPPER_E) return at;
  const sign = bytes[at + 1];
  const first = sign === char.PLUS || sign === char.MINUS ? at + 2 : at + 1;
  const end = digitsEnd(bytes, first);
  return end === first ? at : end;
}

function digitsEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && char.isDigit(bytes[at] as number)) at += 1;
  return at;
}

/**
 * RFC 7493, section 2.2: beyond 2^53-1 a whole number is another one to a reader with doubles. With an exponent it is
 * meant as a double, and must be one. Minus zero equals zero to every reader, so it may stay.
 */
function checkRange(bytes: Buffer, start: number, mantissaEnd: number, end: number): void {
  const size = Math.abs(Number(bytes.toString('latin1', start, end)));
  const max = end > mantissaEnd ? Number.MAX_VALUE : Number.MAX_SAFE_INTEGER;
  const vanished = size === 0 && /[1-9]/.test(bytes.toString('latin1', start, mantissaEnd));
  if (size <= max && !vanished) return;
  throw new JsonRefusal(
    'number_out_of_range',
    `The number at ${place(bytes, start)} is too large or too small to be read alike everywhere. Send it as a string.`,
  );
}
