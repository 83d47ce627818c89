import type { Units } from '../text/unit-buffer.ts';
import type { Work } from '../work.ts';
import type { Decoded, Span } from './decoder.ts';
import { charactersOf, decodeRuns, runEnd, runStart, runsAt, unitsToSearch } from './runs.ts';

/** RFC 4648, sections 4 and 5: the plain and the URL-safe alphabet. */
const DIGITS = charactersOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_');
/** Shorter runs are words, and decode to too little. */
const MIN_RUN = 16;
/** RFC 2045, section 6.8 breaks lines at 76; whoever breaks them earlier than this does not write base64. */
const MIN_LINE = 40;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Decodes runs of base64 digits that hold text, also those that are broken into lines; each becomes a line.
 * @param places where there may be such runs, ascending
 */
export function decodeBase64(text: string, places: readonly number[], work: Work): Decoded[] {
  const units = unitsToSearch(text);
  const runs = withTheirLines(units, runsAt(units, DIGITS, MIN_RUN, places, work));
  return decodeRuns(text, runs, work, (run) => Buffer.from(run, 'base64').toString('utf8'));
}

/** Runs together with the lines before and after each that go on with it. */
function withTheirLines(text: Units, runs: readonly Span[]): Span[] {
  const whole: Span[] = [];
  for (const { start: first, end: last } of runs) {
    const least = whole.at(-1)?.end ?? 0;
    if (first < least) continue;
    let start = first;
    for (
      let end = lineBreakBefore(text, start, least);
      end >= least;
      end = lineBreakBefore(text, start, least)
    ) {
      const before = runStart(text, DIGITS, end, least);
      if (end - before < MIN_LINE) break;
      start = before;
    }
    let end = last;
    for (let line = first, next = lineBreakAfter(text, end); next > end && end - line >= MIN_LINE; ) {
      line = next;
      const after = runEnd(text, DIGITS, line);
      if (after - line < MIN_RUN) break;
      end = after;
      next = lineBreakAfter(text, end);
    }
    whole.push({ start, end });
  }
  return whole;
}

/** Where the line break starts that ends at a place; before `least` where there is none. */
function lineBreakBefore({ units }: Units, place: number, least: number): number {
  if (place === 0 || units[place - 1] !== LINE_FEED) return least - 1;
  return place > 1 && units[place - 2] === CARRIAGE_RETURN ? place - 2 : place - 1;
}

/** Where the line break ends that starts at a place; the place itself where there is none. */
function lineBreakAfter({ units, length }: Units, place: number): number {
  const feed = place < length && units[place] === CARRIAGE_RETURN ? place + 1 : place;
  return feed < length && units[feed] === LINE_FEED ? feed + 1 : place;
}
