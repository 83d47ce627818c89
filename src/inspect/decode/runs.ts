import { UnitBuffer, type Units } from '../text/unit-buffer.ts';
import type { Work } from '../work.ts';
import { type Decoded, isReadable, type Span } from './decoder.ts';
import { Rewriting } from './rewriting.ts';

/** Some ASCII characters, by their codes. */
export type Characters = Uint8Array;

export function charactersOf(text: string): Characters {
  const characters = new Uint8Array(128);
  for (let at = 0; at < text.length; at += 1) characters[text.charCodeAt(at)] = 1;
  return characters;
}

/** What it costs to look for the run at a place. */
const PLACE_STEPS = 20;

const buffer = new UnitBuffer();

/** A text's units, to find runs in: until those of another text are asked for. */
export function unitsToSearch(text: string): Units {
  buffer.write(text);
  return buffer;
}

/** The runs of at least minLength of some characters that places of a text lie in. @param places ascending */
export function runsAt(
  text: Units,
  characters: Characters,
  minLength: number,
  places: readonly number[],
  work: Work,
): Span[] {
  const runs: Span[] = [];
  if (!work.take(PLACE_STEPS * places.length)) return runs;
  let least = 0;
  for (const place of places) {
    if (place < least) continue;
    const start = runStart(text, characters, place, least);
    const end = runEnd(text, characters, place);
    if (end - start >= minLength) runs.push({ start, end });
    least = Math.max(end, place);
  }
  return runs;
}

/** Where the run of some characters starts that ends before a place. */
export function runStart({ units }: Units, characters: Characters, place: number, least: number): number {
  let start = place;
  while (start > least && has(characters, units[start - 1] as number)) start -= 1;
  return start;
}

/** Where the run of some characters ends that starts at a place. */
export function runEnd({ units, length }: Units, characters: Characters, place: number): number {
  let end = place;
  while (end < length && has(characters, units[end] as number)) end += 1;
  return end;
}

function has(characters: Characters, code: number): boolean {
  return code < characters.length && characters[code] === 1;
}

/** What it costs to decode a run of encoded bytes. */
const RUN_STEPS = 150;
const CHARACTER_STEPS = 3;

/** What runs of encoded bytes hold, one line for each that holds text. */
export function decodeRuns(
  text: string,
  runs: readonly Span[],
  work: Work,
  decode: (run: string) => string,
): Decoded[] {
  const rewriting = new Rewriting(text);
  let first: Span | undefined;
  let last: Span | undefined;
  for (const run of runs) {
    if (!work.take(RUN_STEPS + CHARACTER_STEPS * (run.end - run.start))) break;
    const decoded = decode(text.slice(run.start, run.end));
    if (!isReadable(decoded)) continue;
    if (last !== undefined) rewriting.put('\n', last.end - 1, last.end);
    rewriting.put(decoded, run.start, run.end);
    first ??= run;
    last = run;
  }
  return first === undefined || last === undefined ? [] : [rewriting.decoded(first.start, last.end)];
}
