import type { Region, Signs, WordDisguise } from '../words/signs.ts';
import type { Work } from '../work.ts';
import { decodeBase64 } from './base64.ts';
import { decodeConcatenation } from './concatenation.ts';
import type { Decoded, Decoder, Disguise, Span } from './decoder.ts';
import { decodeEscapes } from './escapes.ts';
import { decodeHex } from './hex.ts';
import { decodeHtmlEntities } from './html-entities.ts';
import { decodeLeetspeak } from './leetspeak.ts';
import { decodeLookalikes } from './lookalikes.ts';
import { decodePercent } from './percent.ts';
import { decodeReversed } from './reversed.ts';
import { decodeRot13 } from './rot13.ts';
import { MIN_SEQUENCES } from './sequences.ts';
import { decodeSpacedLetters } from './spaced-letters.ts';
import { decodeSplitWords } from './split-words.ts';

/** What was decoded, and how it was hidden. */
export interface Hidden extends Decoded {
  disguise: Disguise;
}

/** One that takes what it does, as far as it is not linear in a quick look at the text, from work. */
type PaidDecoder = (text: string, work: Work) => Decoded[];

/** What it costs to decode a character of what words show: more where words are found once more for it. */
const DECODING_STEPS = 3;
const SPLITTING_STEPS = 4;
/** What comes next in an escape sequence of each kind. */
const PERCENT = /[0-9a-fA-F]/;
const REFERENCE = /[0-9xX]/;
const ESCAPE = /[uUx0-3]/;

/**
 * Everything that a normalised text may hold in disguise. Each decoder runs only where there is a sign of its encoding,
 * and what shows in words only on the part of the text that shows it.
 * @param knows whether a word is known, by its hash
 * @param work from which decoding is taken
 * @param fits whether a text of so many characters can still be read; asked when what came before has been
 */
export function* decodeText(
  text: string,
  signs: Signs,
  knows: (hash: number) => boolean,
  work: Work,
  fits: (characters: number) => boolean,
): Generator<Hidden> {
  const ofWords: Record<WordDisguise, Decoder> = {
    leetspeak: decodeLeetspeak,
    lookalikes: decodeLookalikes,
    reversed: decodeReversed,
    rot13: decodeRot13,
    'spaced-letters': decodeSpacedLetters,
    'split-words': (part) => decodeSplitWords(part, knows),
  };
  for (const [disguise, decode] of decodersFor(text, signs)) {
    for (const decoded of decode(text, work)) {
      if (fits(decoded.text.length)) yield { ...decoded, disguise };
    }
  }
  for (const region of signs.regions) {
    if (fits(region.end - region.start) && work.take(stepsOf(region)))
      yield* decodeRegion(text, region, ofWords[region.disguise]);
  }
}

function stepsOf({ disguise, start, end }: Region): number {
  return (disguise === 'split-words' ? SPLITTING_STEPS : DECODING_STEPS) * (end - start);
}

function decodersFor(text: string, { encoded, hasJoints }: Signs): [Disguise, PaidDecoder][] {
  const decoders: [Disguise, PaidDecoder][] = [];
  if (hasSequences(text, '%', PERCENT)) decoders.push(['percent', decodePercent]);
  if (hasSequences(text, '&#', REFERENCE)) decoders.push(['html-entities', decodeHtmlEntities]);
  if (hasSequences(text, '\\', ESCAPE)) decoders.push(['escapes', decodeEscapes]);
  if (encoded.length > 0) {
    decoders.push(['base64', (_, work) => decodeBase64(text, encoded, work)]);
    decoders.push(['hex', (_, work) => decodeHex(text, encoded, work)]);
  }
  if (hasJoints) decoders.push(['concatenation', decodeConcatenation]);
  return decoders;
}

/** Whether a mark stands in a text often enough before what makes an escape sequence of it. */
function hasSequences(text: string, mark: string, following: RegExp): boolean {
  let found = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) {
    if (following.test(text.charAt(at + mark.length))) found += 1;
    if (found === MIN_SEQUENCES) return true;
  }
  return false;
}

function decodeRegion(text: string, { disguise, start, end }: Region, decode: Decoder): Hidden[] {
  const shift = (span: Span) => ({ start: start + span.start, end: start + span.end });
  return decode(text.slice(start, end)).map((decoded) => ({
    disguise,
    text: decoded.text,
    ...shift(decoded),
    originOf: (position) => shift(decoded.originOf(position)),
  }));
}
