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
const MARKS = new Set(['-', '_', '\u2010', '\u2011']);

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
    const pieces = piecesAt(text, at, knows);
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
function piecesAt(text: string, first: number, knows: (hash: number) => boolean): number {
  let hash = words.hash[first] as number;
  let length = words.length[first] as number;
  let areKnown = knows(hash);
  let best = 1;
  for (let pieces = 2; pieces <= MAX_PIECES && first + pieces <= words.count; pieces += 1) {
    const at = first + pieces - 1;
    const end = endOf(at - 1);
    if ((words.start[at] as number) !== end + 1) break;
    const isMark = MARKS.has(text[end] as string);
    if (!isMark && text[end] !== ' ') break;
    const pieceLength = words.length[at] as number;
    hash = joinHashes(hash, words.hash[at] as number, pieceLength);
    length += pieceLength;
    areKnown &&= knows(words.hash[at] as number);
    if (length < MIN_LETTERS) continue;
    if (knows(hash) || (isMark && !areKnown && pieces === 2)) best = pieces;
  }
  return best;
}

/** After the last letter; before it where the word has apostrophes, which are no letters. */
function endOf(at: number): number {
  return (words.start[at] as number) + (words.length[at] as number);
}
