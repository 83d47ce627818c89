import type { Decoded, Span } from './decoder.ts';
import { charactersOf, decodeRuns, runsOf } from './runs.ts';

/** RFC 4648, sections 4 and 5: the plain and the URL-safe alphabet. */
const DIGITS = charactersOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_');
/** Shorter runs are words, and decode to too little. */
const MIN_RUN = 16;
/** RFC 2045, section 6.8 breaks lines at 76; whoever breaks them earlier than this does not write base64. */
const MIN_LINE = 40;

/** Decodes the runs of base64 digits that hold text, also those that are broken into lines; each becomes a line. */
export function decodeBase64(text: string): Decoded[] {
  return decodeRuns(text, joinLines(text, runsOf(text, DIGITS, MIN_RUN)), (run) =>
    Buffer.from(run, 'base64').toString('utf8'),
  );
}

function joinLines(text: string, runs: readonly Span[]): Span[] {
  const joined: Span[] = [];
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
