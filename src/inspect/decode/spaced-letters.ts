import { type Decoded, MIN_DECODED_CHARACTERS } from './decoder.ts';
import { Rewriting } from './rewriting.ts';

/** Fewer single letters in a row are initials or an enumeration. */
const MIN_LETTERS = 4;

/**
 * Joins letters that stand alone: `i g n o r e   a l l`, `i.g.n.o.r.e a.l.l`. What parts the letters of a word is one
 * character, always the same; anything else parts words.
 */
export function decodeSpacedLetters(text: string): Decoded[] {
  const rewriting = new Rewriting(text);
  let copied = 0;
  let letters = 0;
  let start = -1;
  let isAfterRun = false;
  for (let at = 0; at < text.length; ) {
    const end = runEnd(text, at);
    const length = (end - at) / 2 + 1;
    if (length < (isAfterRun ? 2 : MIN_LETTERS)) {
      if (isWordCode(text.charCodeAt(at))) isAfterRun = false;
      at += 1;
      continue;
    }
    if (start < 0) start = at;
    rewriting.copy(copied, at);
    for (; at <= end; at += 2) rewriting.copy(at, at + 1);
    letters += length;
    at = end + 1;
    copied = at;
    isAfterRun = true;
  }
  if (letters < MIN_DECODED_CHARACTERS) return [];
  rewriting.copy(copied, text.length);
  return [rewriting.decoded(start, text.length)];
}

/** Where the last letter of a run of single letters that starts here stands; the start itself where there is none. */
function runEnd(text: string, start: number): number {
  if (start + 2 >= text.length) return start;
  const separator = text.charCodeAt(start + 1);
  if (!isWordCode(text.charCodeAt(start)) || isWordCode(separator)) return start;
  if (start > 0 && isWordCode(text.charCodeAt(start - 1))) return start;
  let end = start;
  while (
    end + 2 < text.length &&
    text.charCodeAt(end + 1) === separator &&
    isWordCode(text.charCodeAt(end + 2)) &&
    !(end + 3 < text.length && isWordCode(text.charCodeAt(end + 3)))
  ) {
    end += 2;
  }
  return end;
}

/** Letters and digits of ASCII, and everything from accented letters on but punctuation. */
function isWordCode(code: number): boolean {
  if (code < 128) return (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 122);
  return code >= 0xc0 && (code < 0x2000 || code >= 0x3040);
}
