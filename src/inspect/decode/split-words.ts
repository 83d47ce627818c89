import { joinHashes } from '../words/hash.ts';
import { createWords, tokenize } from '../words/tokenize.ts';
import type { Decoded } from './decoder.ts';
import { Rewriting } from './rewriting.ts';

/** Shorter words are not looked for in pieces. */
const MIN_LETTERS = 5;
const MAX_PIECES = 3;
const MIN_CAPACITY = 1_024;
/** Of the current text; as large as the longest one needed it. */
let words = createWords(MIN_CAPACITY);
let capacity = MIN_CAPACITY;
const SPACE = 0x20;

/**
 * Puts words together that are split by a space or a hyphen: `igno re`, `igno-re`, `in-struc-tions`. By a space only where
 * the whole is a known word; by a hyphen also where a piece is none.
 * @param knows whether a word is known, by its hash
 */
export function decodeSplitWords(text: string, knows: (hash: number) => boolean): Decoded[] {
  if (text.length > capacity) {
    capacity = 2 * text.length;
    words = createWords(capacity);
  }
  tokenize(text, words);
  const rewriting = new Rewriting(text);
  let copied = 0;
  let start = -1;
  for (let at = 0; at < words.count; ) {
    const pieces = piecesAt(at, knows);
    if (pieces > 1 && start < 0) start = words.start[at] as number;
    for (const last = at + pieces - 1; at < last; at += 1) {
      rewriting.copy(copied, endOf(at));
      copied = words.start[at + 1] as number;
    }
    at += 1;
  }
  if (start < 0) return [];
  rewriting.copy(copied, text.length);
  return [rewriting.decoded(start, text.length)];
}

/** How many of the words from here on are pieces of one. */
function piecesAt(first: number, knows: (hash: number) => boolean): number {
  let hash = words.hash[first] as number;
  let length = words.length[first] as number;
  let best = 1;
  for (let pieces = 2; pieces <= MAX_PIECES && first + pieces <= words.count; pieces += 1) {
    const at = first + pieces - 1;
    const end = endOf(at - 1);
    if ((words.start[at] as number) !== end + 1) break;
    const between = words.codes[end] as number;
    const isMark = isHyphen(between);
    if (!isMark && between !== SPACE) break;
    const pieceLength = words.length[at] as number;
    hash = joinHashes(hash, words.hash[at] as number, pieceLength);
    length += pieceLength;
    if (length < MIN_LETTERS) continue;
    const isPair = isMark && pieces === 2;
    if (knows(hash) || (isPair && !(knows(words.hash[first] as number) && knows(words.hash[at] as number))))
      best = pieces;
  }
  return best;
}

/** Whether a unit is a hyphen, or an underscore. */
function isHyphen(unit: number): boolean {
  return unit === 0x2d || unit === 0x5f || unit === 0x2010 || unit === 0x2011;
}

/** After the last letter; before it where the word has apostrophes, which are no letters. */
function endOf(at: number): number {
  return (words.start[at] as number) + (words.length[at] as number);
}
