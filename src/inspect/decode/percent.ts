import type { Work } from '../work.ts';
import type { Decoded } from './decoder.ts';
import { decodeSequences } from './sequences.ts';

/** RFC 3986, section 2.1. */
const SEQUENCES = /(?:%[0-9a-f]{2})+/gi;

/** What stands around percent-encoded bytes, decoded; a plus stands for a space where no space is left. */
export function decodePercent(text: string, work: Work): Decoded[] {
  return decodeSequences(text, SEQUENCES, work, ([run]) => ({
    text: decodeRun(run),
    count: run.length / 3,
  })).map((decoded) =>
    /\s/.test(decoded.text) ? decoded : { ...decoded, text: decoded.text.replaceAll('+', ' ') },
  );
}

function decodeRun(run: string): string {
  const first = Number.parseInt(run.slice(1, 3), 16);
  if (run.length === 3 && first < 0x80) return String.fromCharCode(first);
  return Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8');
}
