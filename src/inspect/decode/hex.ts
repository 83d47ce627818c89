import type { Work } from '../work.ts';
import type { Decoded, Span } from './decoder.ts';
import { charactersOf, decodeRuns, runsAt, unitsToSearch } from './runs.ts';

const CHARACTERS = charactersOf('0123456789abcdefABCDEFxX\\ :,');
/** Fewer pairs are numbers. */
const MIN_PAIRS = 8;
/** More are decoded piece by piece: a pattern notes each pair, and megabytes of them would be too many for its stack. */
const MAX_PAIRS = 65_536;
/** Pairs of hex digits, which one space, colon or comma may part, and `0x` or `\x` precede. */
const PAIRS = new RegExp(`(?:(?:0x|\\\\x)?[0-9a-f]{2}(?:[ :]|, ?)?){${MIN_PAIRS},${MAX_PAIRS}}`, 'gi');
const NO_DIGITS = /0x|[^0-9a-f]+/gi;

/**
 * Decodes runs of pairs of hex digits that hold text; each becomes a line.
 * @param places where there may be such runs, ascending
 */
export function decodeHex(text: string, places: readonly number[], work: Work): Decoded[] {
  const runs = runsAt(unitsToSearch(text), CHARACTERS, 2 * MIN_PAIRS, places, work).flatMap((run) =>
    pairsIn(text, run),
  );
  return decodeRuns(text, runs, work, (run) =>
    Buffer.from(run.replace(NO_DIGITS, ''), 'hex').toString('utf8'),
  );
}

/** The rows of pairs in a run. By exec, as matchAll makes a pattern of its own for each run. */
function pairsIn(text: string, { start, end }: Span): Span[] {
  const run = text.slice(start, end);
  const rows: Span[] = [];
  PAIRS.lastIndex = 0;
  for (let row = PAIRS.exec(run); row !== null; row = PAIRS.exec(run)) {
    const first = start + row.index;
    rows.push({ start: first, end: first + row[0].trimEnd().length });
  }
  return rows;
}
