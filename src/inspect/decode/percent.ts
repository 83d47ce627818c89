import type { Work } from '../work.ts';
import type { Decoded } from './decoder.ts';
import { decodeSequences } from './sequences.ts';

/** RFC 3986, section 2.1. */
const SEQUENCES = /(?:%[0-9a-f]{2})+/gi;

const SEQUENCE_LENGTH = 3;
/** Most runs are no longer, and a buffer takes many times as long for one. */
const MAX_SHORT_RUN = 10 * SEQUENCE_LENGTH;
/** What it costs to decode one with a buffer. */
const BUFFER_STEPS = 80;

/** What stands around percent-encoded bytes, decoded; a plus stands for a space where no space is left. */
export function decodePercent(text: string, work: Work): Decoded[] {
  return decodeSequences(text, SEQUENCES, work, ([run]) => ({
    ...decodeRun(run),
    count: run.length / SEQUENCE_LENGTH,
  })).map((decoded) =>
    decoded.text.includes('+') && !/\s/.test(decoded.text)
      ? { ...decoded, text: decoded.text.replaceAll('+', ' ') }
      : decoded,
  );
}

function decodeRun(run: string): { text: string; steps: number } {
  const text = run.length <= MAX_SHORT_RUN ? decodeShortRun(run) : undefined;
  if (text !== undefined) return { text, steps: 0 };
  return { text: Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'), steps: BUFFER_STEPS };
}

/** Undefined where not all of it is characters of one byte, or of three as most Chinese and Japanese ones are. */
function decodeShortRun(run: string): string | undefined {
  let text = '';
  for (let at = 0; at < run.length; at += SEQUENCE_LENGTH) {
    const byte = byteAt(run, at);
    if (byte < 0x80) text += String.fromCharCode(byte);
    else {
      // What else begins with such a byte is no surrogate and not longer than it has to be (RFC 3629, section 4).
      const second = byteAt(run, at + SEQUENCE_LENGTH);
      const third = byteAt(run, at + 2 * SEQUENCE_LENGTH);
      if (byte <= 0xe0 || byte >= 0xed || (second & 0xc0) !== 0x80 || (third & 0xc0) !== 0x80)
        return undefined;
      text += String.fromCharCode(((byte & 15) << 12) | ((second & 63) << 6) | (third & 63));
      at += 2 * SEQUENCE_LENGTH;
    }
  }
  return text;
}

/** The byte of a sequence; 0 after the last one. */
function byteAt(run: string, at: number): number {
  return at < run.length ? 16 * hexDigit(run.charCodeAt(at + 1)) + hexDigit(run.charCodeAt(at + 2)) : 0;
}

/** The value of a digit of either case. */
function hexDigit(code: number): number {
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57;
}
