import { type Decoded, isReadable } from './decoder.ts';

const MIN_SEQUENCES = 3;
/** RFC 3986, section 2.1. */
const SEQUENCES = /(?:%[0-9a-f]{2})+/gi;

/** The text with its percent-encoded bytes decoded; a plus stands for a space where no space is left. */
export function decodePercent(text: string): Decoded[] {
  let sequences = 0;
  const decoded = text.replace(SEQUENCES, (run) => {
    sequences += run.length / 3;
    return Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8');
  });
  if (sequences < MIN_SEQUENCES) return [];
  const spaced = /\s/.test(decoded) ? decoded : decoded.replaceAll('+', ' ');
  return isReadable(spaced) ? [{ text: spaced, position: 0 }] : [];
}
