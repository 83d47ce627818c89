import { type Decoded, isReadable } from './decoder.ts';
import { charactersOf, runsOf } from './runs.ts';

const CHARACTERS = charactersOf('0123456789abcdefABCDEFxX\\ :,');
/** Fewer pairs are numbers. */
const MIN_PAIRS = 8;
/** Pairs of hex digits, which one space, colon or comma may part, and `0x` or `\x` precede. */
const PAIRS = new RegExp(`(?:(?:0x|\\\\x)?[0-9a-f]{2}(?:[ :]|, ?)?){${MIN_PAIRS},}`, 'gi');
const NO_DIGITS = /0x|[^0-9a-f]+/gi;

/** Decodes each run of pairs of hex digits that holds text. */
export function decodeHex(text: string): Decoded[] {
  const found: Decoded[] = [];
  for (const run of runsOf(text, CHARACTERS, 2 * MIN_PAIRS)) {
    for (const { 0: pairs, index } of text.slice(run.start, run.end).matchAll(PAIRS)) {
      const decoded = Buffer.from(pairs.replace(NO_DIGITS, ''), 'hex').toString('utf8');
      const start = run.start + index;
      if (isReadable(decoded)) found.push({ text: decoded, start, end: start + pairs.trimEnd().length });
    }
  }
  return found;
}
