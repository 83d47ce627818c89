import { BETWEEN } from './characters.ts';
import { joinHashes } from './hash.ts';
import { MISREAD, type Words } from './tokenize.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a text's words show of its disguises. */
export interface Signs {
  /** Longest word, in letters. */
  longestWord: number;
  /** Most single letters in a row. */
  singleLetters: number;
  /** Most words with digits in a row. */
  wordsWithDigits: number;
  /** Words close to each other are known ones in this disguise. */
  rot13: boolean;
  reversed: boolean;
  leetspeak: boolean;
  lookalikes: boolean;
  splitWords: boolean;
}

type Close = 'rot13' | 'reversed' | 'leetspeak' | 'lookalikes' | 'splitWords';

/** So many words in disguise that stand so close together are none by chance; a long text has many of those. */
const MIN_WORDS = 3;
const REACH = 8;
/** Words of a text in which there is not room for much chance. */
const SHORT_TEXT = 30;
/** Shorter words are known ones in leetspeak by chance. */
const MIN_LEET_LETTERS = 3;
/** Shorter words are not looked for in two halves. */
const MIN_SPLIT_LETTERS = 5;
const HYPHEN = 0x2d;

/** @param places of each word in the vocabulary, -1 where it is not known */
export function readSigns(words: Words, places: Int32Array, vocabulary: Vocabulary): Signs {
  const signs: Signs = {
    longestWord: 0,
    singleLetters: 0,
    wordsWithDigits: 0,
    rot13: false,
    reversed: false,
    leetspeak: false,
    lookalikes: false,
    splitWords: false,
  };
  const close = {
    rot13: new CloseWords(),
    reversed: new CloseWords(),
    leetspeak: new CloseWords(),
    lookalikes: new CloseWords(),
    splitWords: new CloseWords(),
  };
  const minWords = words.count <= SHORT_TEXT ? MIN_WORDS - 1 : MIN_WORDS;
  const note = (sign: Close, at: number) => {
    if (close[sign].add(at, minWords)) signs[sign] = true;
  };
  let singleLetters = 0;
  let withDigits = 0;
  for (let at = 0; at < words.count; at += 1) {
    const length = words.length[at] as number;
    const misread = words.misread[at] as number;
    if (length > signs.longestWord) signs.longestWord = length;
    singleLetters = length === 1 ? singleLetters + 1 : 0;
    if (singleLetters > signs.singleLetters) signs.singleLetters = singleLetters;
    withDigits = length === 0 || misread === MISREAD.leetspeak ? withDigits + 1 : 0;
    if (withDigits > signs.wordsWithDigits) signs.wordsWithDigits = withDigits;
    const isKnown = (places[at] as number) >= 0;
    if (!isKnown) {
      const disguise = vocabulary.disguiseOf(words.hash[at] as number);
      if (disguise !== undefined) note(disguise, at);
    } else if (misread === MISREAD.lookalikes) note('lookalikes', at);
    else if (misread === MISREAD.leetspeak && length >= MIN_LEET_LETTERS) note('leetspeak', at);
    if (at === 0) continue;
    const areKnown = isKnown && (places[at - 1] as number) >= 0;
    if ((!areKnown && isHyphenated(words, at)) || isJoined(words, at, vocabulary)) note('splitWords', at);
  }
  return signs;
}

/** Whether nothing but a hyphen is between a word and the one before it. */
function isHyphenated(words: Words, at: number): boolean {
  const end = (words.start[at - 1] as number) + (words.length[at - 1] as number);
  return words.before[at] === BETWEEN.mark && words.start[at] === end + 1 && words.codes[end] === HYPHEN;
}

/** Whether a word makes a known one with the one before it. */
function isJoined(words: Words, at: number, vocabulary: Vocabulary): boolean {
  const length = words.length[at] as number;
  const total = length + (words.length[at - 1] as number);
  if (total < MIN_SPLIT_LETTERS) return false;
  const place = vocabulary.find(joinHashes(words.hash[at - 1] as number, words.hash[at] as number, length));
  return place >= 0 && vocabulary.length[place] === total;
}

/** Tells when enough words stand close together. */
class CloseWords {
  readonly #last: number[] = [];

  /** @returns whether this is the last of enough ones */
  add(at: number, minWords: number): boolean {
    this.#last.push(at);
    if (this.#last.length < minWords) return false;
    return at - (this.#last.shift() as number) <= REACH;
  }
}
