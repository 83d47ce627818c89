import { type Decoded, isReadable } from './decoder.ts';
import { Rewriting } from './rewriting.ts';

/** Fewer are an apostrophe or a space in a link. */
export const MIN_SEQUENCES = 3;

/**
 * Decodes sequences that stand for characters, in the lines that have any; the others say what they said before.
 * @param sequences matches runs of sequences; global
 * @param decode from a run to what it says, and how many characters that are; undefined where it says nothing
 */
export function decodeSequences(
  text: string,
  sequences: RegExp,
  decode: (run: RegExpExecArray) => { text: string; count: number } | undefined,
): Decoded[] {
  const rewriting = new Rewriting(text);
  let found = 0;
  let first = -1;
  let lineEnd = -1;
  let copied = 0;
  for (const run of text.matchAll(sequences)) {
    const decoded = decode(run);
    if (decoded === undefined) continue;
    if (run.index > lineEnd) {
      if (first >= 0) rewriting.copy(copied, lineEnd + 1);
      copied = text.lastIndexOf('\n', run.index) + 1;
      if (first < 0) first = copied;
      lineEnd = endOfLine(text, run.index);
    }
    found += decoded.count;
    rewriting.copy(copied, run.index);
    copied = run.index + run[0].length;
    rewriting.put(decoded.text, run.index, copied);
  }
  if (found < MIN_SEQUENCES) return [];
  rewriting.copy(copied, lineEnd);
  return isReadable(rewriting.text) ? [rewriting.decoded(first, lineEnd)] : [];
}

function endOfLine(text: string, position: number): number {
  const newline = text.indexOf('\n', position);
  return newline < 0 ? text.length : newline;
}
