import { type Decoded, isReadable } from './decoder.ts';
import { charactersOf, type Run, runsOf } from './runs.ts';

/** RFC 4648, sections 4 and 5: the plain and the URL-safe alphabet. */
const DIGITS = charactersOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_');
/** Shorter runs are words, and decode to too little. */
const MIN_RUN = 16;
/** RFC 2045, section 6.8 breaks lines at 76; whoever breaks them earlier than this does not write base64. */
const MIN_LINE = 40;

/** Decodes each run of base64 digits that holds text, also one that is broken into lines. */
export function decodeBase64(text: string): Decoded[] {
  const found: Decoded[] = [];
  for (const { start, end } of joinLines(text, runsOf(text, DIGITS, MIN_RUN))) {
    const decoded = Buffer.from(text.slice(start, end), 'base64').toString('utf8');
    if (isReadable(decoded)) found.push({ text: decoded, start, end });
  }
  return found;
}

function joinLines(text: string, runs: readonly Run[]): Run[] {
  const joined: Run[] = [];
  let lineLength = 0;
  for (const { start, end } of runs) {
    const last = joined.at(-1);
    if (last !== undefined && lineLength >= MIN_LINE && isLineBreak(text, last.end, start)) last.end = end;
    else joined.push({ start, end });
    lineLength = end - start;
  }
  return joined;
}

function isLineBreak(text: string, from: number, to: number): boolean {
  return to - from <= 2 && text[to - 1] === '\n' && (to - from === 1 || text[from] === '\r');
}
