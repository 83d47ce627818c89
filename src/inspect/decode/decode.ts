import type { Signs } from '../words/signs.ts';
import { decodeBase64 } from './base64.ts';
import { decodeConcatenation } from './concatenation.ts';
import type { Decoded, Decoder, Disguise } from './decoder.ts';
import { decodeEscapes } from './escapes.ts';
import { decodeHex } from './hex.ts';
import { decodeHtmlEntities } from './html-entities.ts';
import { decodeLeetspeak } from './leetspeak.ts';
import { decodeLookalikes } from './lookalikes.ts';
import { decodePercent } from './percent.ts';
import { decodeReversed } from './reversed.ts';
import { decodeRot13 } from './rot13.ts';
import { decodeSpacedLetters } from './spaced-letters.ts';
import { decodeSplitWords } from './split-words.ts';

/** Encodings of bytes stand in long words, or in pairs of hex digits. */
const MIN_ENCODED_WORD = 16;
const MIN_WORDS_WITH_DIGITS = 8;
const MIN_SINGLE_LETTERS = 5;

/**
 * Everything that a normalised text may hold in disguise. Each decoder runs only where there is a sign of its encoding.
 * @param knows whether a word is known, by its hash
 */
export function decodeText(
  text: string,
  signs: Signs,
  knows: (hash: number) => boolean,
): (Decoded & { disguise: Disguise })[] {
  return decodersFor(text, signs, knows).flatMap(([disguise, decode]) =>
    decode(text).map((decoded) => ({ ...decoded, disguise })),
  );
}

function decodersFor(text: string, signs: Signs, knows: (hash: number) => boolean): [Disguise, Decoder][] {
  const decoders: [Disguise, Decoder][] = [];
  if (text.includes('%')) decoders.push(['percent', decodePercent]);
  if (text.includes('&#')) decoders.push(['html-entities', decodeHtmlEntities]);
  if (text.includes('\\')) decoders.push(['escapes', decodeEscapes]);
  const hasLongWords = signs.longestWord >= MIN_ENCODED_WORD;
  if (hasLongWords) decoders.push(['base64', decodeBase64]);
  if (hasLongWords || signs.wordsWithDigits >= MIN_WORDS_WITH_DIGITS) decoders.push(['hex', decodeHex]);
  if (signs.singleLetters >= MIN_SINGLE_LETTERS) decoders.push(['spaced-letters', decodeSpacedLetters]);
  if (signs.leetspeak) decoders.push(['leetspeak', decodeLeetspeak]);
  if (signs.lookalikes) decoders.push(['lookalikes', decodeLookalikes]);
  if (signs.rot13) decoders.push(['rot13', decodeRot13]);
  if (signs.reversed) decoders.push(['reversed', decodeReversed]);
  if (signs.splitWords) decoders.push(['split-words', (part) => decodeSplitWords(part, knows)]);
  decoders.push(['concatenation', decodeConcatenation]);
  return decoders;
}
