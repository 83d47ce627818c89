import type { Work } from '../work.ts';
import { type Decoded, isReadable } from './decoder.ts';
import { Rewriting } from './rewriting.ts';

/** Fewer are an apostrophe or a space in a link. */
export const MIN_SEQUENCES = 3;
/** As much of a line is read around sequences: an instruction that is hidden in part is no longer, and a line may be a file. */
const CONTEXT_CHARACTERS = 300;
/** What it costs to decode a run of sequences. */
const RUN_STEPS = 15;

/**
 * Decodes sequences that stand for characters, with what is around them on their lines; the rest says what it said before.
 * @param sequences matches runs of sequences; global
 * @param decode from a run to what it says, and how many characters that are; undefined where it says nothing
 */
export function decodeSequences(
  text: string,
  sequences: RegExp,
  work: Work,
  decode: (run: RegExpExecArray) => { text: string; count: number } | undefined,
): Decoded[] {
  const rewriting = new Rewriting(text);
  let found = 0;
  let first = -1;
  let partEnd = -1;
  let copied = 0;
  for (const run of text.matchAll(sequences)) {
    const decoded = decode(run);
    if (decoded === undefined) continue;
    if (!work.take(RUN_STEPS)) return [];
    if (run.index >= partEnd) {
      if (first >= 0) {
        rewriting.copy(copied, partEnd);
        rewriting.put('\n', partEnd - 1, partEnd);
      }
      copied = partStart(text, run.index, Math.max(partEnd, 0));
      if (first < 0) first = copied;
    }
    const end = run.index + run[0].length;
    if (end + CONTEXT_CHARACTERS > partEnd) partEnd = endOfPart(text, end);
    found += decoded.count;
    rewriting.copy(copied, run.index);
    copied = end;
    rewriting.put(decoded.text, run.index, copied);
  }
  if (found < MIN_SEQUENCES) return [];
  rewriting.copy(copied, partEnd);
  return isReadable(rewriting.text) ? [rewriting.decoded(first, partEnd)] : [];
}

function partStart(text: string, position: number, least: number): number {
  const from = Math.max(position - CONTEXT_CHARACTERS, least);
  return from + text.slice(from, position).lastIndexOf('\n') + 1;
}

function endOfPart(text: string, position: number): number {
  const part = text.slice(position, position + CONTEXT_CHARACTERS);
  const newline = part.indexOf('\n');
  return position + (newline < 0 ? part.length : newline);
}
