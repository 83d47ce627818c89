import { type Decoded, MIN_DECODED_CHARACTERS } from './decoder.ts';
import { Rewriting } from './rewriting.ts';

/** Where no run of letters is longer than this, they are initials or an enumeration. */
const MIN_LETTERS = 4;
const SPACE = 32;

/**
 * Joins letters that stand alone: `i g n o r e   a l l`, `i.g.n.o.r.e a.l.l`, `i-g-n-o-r-e`. What parts the characters of
 * a word is one character, always the same; more than one space, or a space where it is another one, parts words.
 */
export function decodeSpacedLetters(text: string): Decoded[] {
  const runs = runsOf(text);
  const first = runs[0];
  const letters = runs.reduce((sum, run) => sum + run.letters, 0);
  if (first === undefined || letters < MIN_DECODED_CHARACTERS) return [];
  if (!runs.some((run) => run.letters >= MIN_LETTERS)) return [];
  const areSpaces = runs.some(({ separator }) => separator === SPACE);
  const rewriting = new Rewriting(text);
  let copied = 0;
  for (const { start, end } of [...runs, { start: text.length, end: text.length }]) {
    for (let at = copied; areSpaces && at < start; at += 1) {
      if (text.charCodeAt(at) !== SPACE) continue;
      rewriting.copy(copied, at + 1);
      while (text.charCodeAt(at + 1) === SPACE) at += 1;
      copied = at + 1;
    }
    rewriting.copy(copied, start);
    for (let at = start; at < end; at += 2) rewriting.copy(at, at + 1);
    copied = end;
  }
  return [rewriting.decoded(first.start, text.length)];
}

/** All runs of more than one letter. */
function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < text.length; ) {
    const run = runAt(text, at);
    if (run.letters > 1) runs.push(run);
    at = run.letters > 1 ? run.end : afterWord(text, run.end);
  }
  return runs;
}

interface Run {
  start: number;
  /** After the last character. */
  end: number;
  letters: number;
  separator: number;
}

/** The run of single characters with one separator that starts here, without letters where there is none. */
function runAt(text: string, start: number): Run {
  const separator = text.charCodeAt(start + 1);
  const none = { start, end: start, letters: 0, separator };
  if (start > 0 && !isSpace(text.charCodeAt(start - 1))) return none;
  if (start + 2 >= text.length || isWordCode(separator) || isLineBreak(separator)) return none;
  let letters = 0;
  let end = start;
  for (let at = start; at < text.length; at += 2) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) break;
    const next = text.charCodeAt(at + 1);
    const isLast = at + 1 >= text.length || isSpace(next);
    if (!isLast && next !== separator) return none;
    if (isWordCode(code)) letters += 1;
    end = at + 1;
    if (next !== separator) break;
    // The next character belongs to a longer word, which is no part of a run of letters with spaces.
    if (separator === SPACE && at + 3 < text.length && !isSpace(text.charCodeAt(at + 3))) break;
  }
  return { start, end, letters, separator };
}

function afterWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isSpace(text.charCodeAt(at))) at += 1;
  return at + 1;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === 9 || isLineBreak(code);
}

function isLineBreak(code: number): boolean {
  return code === 10 || code === 13;
}

/** Letters and digits of ASCII, and everything from accented letters on but punctuation. */
function isWordCode(code: number): boolean {
  if (code < 128) return (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 122);
  return code >= 0xc0 && (code < 0x2000 || code >= 0x3040);
}
