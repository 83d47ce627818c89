import { type Decoded, isReadable, type Span } from './decoder.ts';
import { Rewriting } from './rewriting.ts';

/** Some ASCII characters, by their codes. */
export type Characters = Uint8Array;

export function charactersOf(text: string): Characters {
  const characters = new Uint8Array(128);
  for (let at = 0; at < text.length; at += 1) characters[text.charCodeAt(at)] = 1;
  return characters;
}

/**
 * The runs of at least minLength of some characters. A run of that length has one in every minLength-th place, so that most
 * of a text is not looked at.
 */
export function runsOf(text: string, characters: Characters, minLength: number): Span[] {
  const runs: Span[] = [];
  const has = (at: number) => {
    const code = text.charCodeAt(at);
    return code < 128 && characters[code] === 1;
  };
  let least = 0;
  for (let at = minLength - 1; at < text.length; at += minLength) {
    if (!has(at)) continue;
    let start = at;
    while (start > least && has(start - 1)) start -= 1;
    let end = at + 1;
    while (end < text.length && has(end)) end += 1;
    if (end - start >= minLength) runs.push({ start, end });
    least = end;
    at = Math.max(at, end - minLength);
  }
  return runs;
}

/** What runs of encoded bytes hold, one line for each that holds text. */
export function decodeRuns(text: string, runs: readonly Span[], decode: (run: string) => string): Decoded[] {
  const rewriting = new Rewriting(text);
  let first: Span | undefined;
  let last: Span | undefined;
  for (const run of runs) {
    const decoded = decode(text.slice(run.start, run.end));
    if (!isReadable(decoded)) continue;
    if (last !== undefined) rewriting.put('\n', last.end - 1, last.end);
    rewriting.put(decoded, run.start, run.end);
    first ??= run;
    last = run;
  }
  return first === undefined || last === undefined ? [] : [rewriting.decoded(first.start, last.end)];
}
