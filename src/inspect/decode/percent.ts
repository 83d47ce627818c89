import type { Work } from '../work.ts';
import type { Decoded } from './decoder.ts';
import { decodeSequences } from './sequences.ts';

/** RFC 3986, section 2.1. */
const SEQUENCES = /(?:%[0-9a-f]{2})+/gi;

const SEQUENCE_LENGTH = 3;

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
  // Most runs are one character, for which a buffer takes several times as long.
  if (run.length === SEQUENCE_LENGTH) {
    const byte = 16 * hexDigit(run.charCodeAt(1)) + hexDigit(run.charCodeAt(2));
    if (byte < 0x80) return String.fromCharCode(byte);
  }
  return Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8');
}

/** The value of a digit of either case. */
function hexDigit(code: number): number {
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57;
}
