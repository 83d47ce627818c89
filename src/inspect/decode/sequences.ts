import type { Work } from '../work.ts';
import { type Decoded, isReadable } from './decoder.ts';
import { Rewriting } from './rewriting.ts';

/** Fewer are an apostrophe or a space in a link. */
export const MIN_SEQUENCES = 3;
/** As much of a line is read around sequences: an instruction that is hidden in part is no longer, and a line may be a file. */
const CONTEXT_CHARACTERS = 200;
/** What it costs to decode a run of sequences, and a character of what is read. */
const RUN_STEPS = 45;
const CHARACTER_STEPS = 2;

/**
 * Decodes sequences that stand for characters, with what is around them on their lines; the rest says what it said before.
 * @param sequences matches runs of sequences; global
 * @param decode from a run to what it says, how many characters that are, and what it cost beside what each run does; undefined
 *   where it says nothing
 */
export function decodeSequences(
  text: string,
  sequences: RegExp,
  work: Work,
  decode: (run: RegExpExecArray) => { text: string; count: number; steps?: number } | undefined,
): Decoded[] {
  const rewriting = new Rewriting(text);
  let found = 0;
  let first = -1;
  let lineEnd = -1;
  let partEnd = -1;
  let copied = 0;
  sequences.lastIndex = 0;
  for (let run = sequences.exec(text); run !== null; run = sequences.exec(text)) {
    const decoded = decode(run);
    if (decoded === undefined) continue;
    if (!work.take(RUN_STEPS + (decoded.steps ?? 0))) return [];
    const { index } = run;
    if (index >= partEnd) {
      if (first >= 0) {
        rewriting.copy(copied, partEnd);
        rewriting.put('\n', partEnd - 1, partEnd);
      }
      copied = partStart(text, index, Math.max(partEnd, 0));
      if (first < 0) first = copied;
    }
    if (index >= lineEnd) lineEnd = endOfLine(text, index);
    found += decoded.count;
    rewriting.copy(copied, index);
    copied = index + run[0].length;
    partEnd = Math.min(copied + CONTEXT_CHARACTERS, lineEnd);
    rewriting.put(decoded.text, index, copied);
  }
  if (found < MIN_SEQUENCES) return [];
  rewriting.copy(copied, partEnd);
  if (!work.take(CHARACTER_STEPS * rewriting.text.length)) return [];
  return isReadable(rewriting.text) ? [rewriting.decoded(first, partEnd)] : [];
}

function partStart(text: string, position: number, least: number): number {
  const from = Math.max(position - CONTEXT_CHARACTERS, least);
  return from + text.slice(from, position).lastIndexOf('\n') + 1;
}

function endOfLine(text: string, position: number): number {
  const newline = text.indexOf('\n', position);
  return newline < 0 ? text.length : newline;
}
