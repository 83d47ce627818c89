import type { Decoded } from './decoder.ts';
import { decodeLines } from './sequences.ts';

/** RFC 3986, section 2.1. */
const SEQUENCES = /(?:%[0-9a-f]{2})+/gi;

/** The lines with percent-encoded bytes, decoded; a plus stands for a space where no space is left. */
export function decodePercent(text: string): Decoded[] {
  return decodeLines(text, '%', (line) => {
    let sequences = 0;
    const decoded = line.replace(SEQUENCES, (run) => {
      sequences += run.length / 3;
      return Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8');
    });
    return { text: /\s/.test(decoded) ? decoded : decoded.replaceAll('+', ' '), sequences };
  });
}
