import { type Decoded, isReadable } from './decoder.ts';

/** Fewer are an apostrophe or a space in a link. */
const MIN_SEQUENCES = 3;

/**
 * Decodes sequences that stand for characters, in the lines that have any; the others say what they said before.
 * @param marker part of every sequence
 * @param decode from one line to what it says, and how many sequences it had
 */
export function decodeLines(
  text: string,
  marker: string,
  decode: (line: string) => { text: string; sequences: number },
): Decoded[] {
  const lines: string[] = [];
  let sequences = 0;
  let position = -1;
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    if (line.includes(marker)) {
      const decoded = decode(line);
      if (decoded.sequences > 0) {
        lines.push(decoded.text);
        sequences += decoded.sequences;
        if (position < 0) position = start;
      }
    }
    start = end + 1;
  }
  const decoded = lines.join('\n');
  return sequences >= MIN_SEQUENCES && isReadable(decoded) ? [{ text: decoded, position }] : [];
}
