import { decodeBase64 } from './base64.ts';
import type { Decoded, Decoder, Disguise } from './decoder.ts';
import { decodeEscapes } from './escapes.ts';
import { decodeHex } from './hex.ts';
import { decodeHtmlEntities } from './html-entities.ts';
import { decodePercent } from './percent.ts';
import { decodeReversed } from './reversed.ts';
import { decodeRot13 } from './rot13.ts';
import { decodeSpacedLetters } from './spaced-letters.ts';

/** What reading a text's words showed of its disguises. */
export interface Hints {
  /** Longest word, in letters. */
  longestWord: number;
  /** Most single letters in a row. */
  singleLetters: number;
  /** Unknown words close to each other are known ones in rot13, or reversed. */
  rot13: boolean;
  reversed: boolean;
}

/** Encodings of bytes stand in long words, or in pairs of hex digits. */
const MIN_ENCODED_WORD = 16;
const MIN_SINGLE_LETTERS = 5;
const HEX_PAIRS = /[0-9a-f]{2}[ :,][0-9a-f]{2}[ :,](?:0x)?[0-9a-f]{2}[ :,]/i;

/** Everything that a text may hold in disguise. Each decoder runs only where there is a sign of its encoding. */
export function decodeText(text: string, hints: Hints): (Decoded & { disguise: Disguise })[] {
  return decodersFor(text, hints).flatMap(([disguise, decode]) =>
    decode(text).map((decoded) => ({ ...decoded, disguise })),
  );
}

function decodersFor(text: string, hints: Hints): [Disguise, Decoder][] {
  const decoders: [Disguise, Decoder][] = [];
  if (text.includes('%')) decoders.push(['percent', decodePercent]);
  if (text.includes('&#')) decoders.push(['html-entities', decodeHtmlEntities]);
  if (text.includes('\\')) decoders.push(['escapes', decodeEscapes]);
  if (hints.longestWord >= MIN_ENCODED_WORD) decoders.push(['base64', decodeBase64], ['hex', decodeHex]);
  else if (HEX_PAIRS.test(text)) decoders.push(['hex', decodeHex]);
  if (hints.singleLetters >= MIN_SINGLE_LETTERS) decoders.push(['spaced-letters', decodeSpacedLetters]);
  if (hints.rot13) decoders.push(['rot13', decodeRot13]);
  if (hints.reversed) decoders.push(['reversed', decodeReversed]);
  return decoders;
}
