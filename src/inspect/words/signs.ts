import { BETWEEN } from './characters.ts';
import { joinHashes } from './hash.ts';
import { MISREAD, type Words } from './tokenize.ts';
import type { Vocabulary } from './vocabulary.ts';
import { OF_WORD } from './word-starts.ts';

/** Disguises that show in words. */
export const WORD_DISGUISES = [
  'leetspeak',
  'lookalikes',
  'reversed',
  'rot13',
  'spaced-letters',
  'split-words',
] as const;
export type WordDisguise = (typeof WORD_DISGUISES)[number];

/** A part of a text that is likely in disguise: from the first UTF-16 unit to after the last one. */
export interface Region {
  disguise: WordDisguise;
  start: number;
  end: number;
}

/** What a text's words show of its disguises. */
export interface Signs {
  /** Where encoded bytes may stand: long words, and rows of words with digits, which pairs of hex digits are. Ascending. */
  encoded: readonly number[];
  /** Whether something may join two strings. */
  hasJoints: boolean;
  /** Those of one disguise in the text's order, without common parts. */
  regions: Region[];
}

/** So many words in disguise that stand so close together are none by chance; a long text has many of those. */
const MIN_WORDS = 3;
const REACH = 8;
/** Words of a text in which there is not room for much chance. */
const SHORT_TEXT = 30;
/** So many words around them may be in disguise, too. */
const CONTEXT = 40;
/** Shorter words are known ones in leetspeak by chance. */
const MIN_LEET_LETTERS = 3;
/** Shorter words are not known in disguise: with an apostrophe, the shortest that are have so many. */
const MIN_DISGUISED_LETTERS = 3;
/** Shorter words are not looked for in two halves. */
const MIN_SPLIT_LETTERS = 5;
/** Fewer single letters in a row are none of a word. */
const MIN_SINGLE_LETTERS = 5;
const HYPHEN = 0x2d;
/** Shorter words hold no bytes that say anything, nor do fewer words with digits in a row. */
const MIN_ENCODED_LETTERS = 16;
const MIN_WORDS_WITH_DIGITS = 8;
/** Here as well, because what is imported is looked up each time. */
const { nothing: NOT_MISREAD, leetspeak: MISREAD_DIGITS } = MISREAD;
const UNSPACED_SHIFT = Math.log2(OF_WORD.unspaced);

/**
 * @param text what the words are of
 * @param places of each word in the vocabulary, -1 where it is not known
 */
export function readSigns(text: string, words: Words, places: Int32Array, vocabulary: Vocabulary): Signs {
  let singleLetters = 0;
  let withDigits = 0;
  const encoded: number[] = [];
  const minWords = words.count <= SHORT_TEXT ? MIN_WORDS - 1 : MIN_WORDS;
  const spacedLetters = new CloseWords('spaced-letters', 1);
  const rot13 = new CloseWords('rot13', minWords);
  const reversed = new CloseWords('reversed', minWords);
  const lookalikes = new CloseWords('lookalikes', minWords);
  const leetspeak = new CloseWords('leetspeak', minWords);
  const splitWords = new CloseWords('split-words', minWords);
  const { length: lengths, misread: misreads, ofWord } = words;
  let previousLength = 0;
  for (let at = 0; at < words.count; at += 1) {
    const length = lengths[at] as number;
    const misread = misreads[at] as number;
    // Without a branch, as which words are of one letter or have digits cannot be foretold.
    const isUnspaced = (ofWord[at] as number) >>> UNSPACED_SHIFT;
    singleLetters = (singleLetters + 1) & -(isEqual(length, 1) & ~isUnspaced);
    withDigits = (withDigits + 1) & -(isEqual(length, 0) | isEqual(misread, MISREAD_DIGITS));
    if (singleLetters >= MIN_SINGLE_LETTERS && singleLetters % MIN_SINGLE_LETTERS === 0)
      spacedLetters.add(at);
    const isRow = withDigits >= MIN_WORDS_WITH_DIGITS && withDigits % MIN_WORDS_WITH_DIGITS === 0;
    if (isRow || length >= MIN_ENCODED_LETTERS) encoded.push(words.start[at] as number);
    if (length >= MIN_DISGUISED_LETTERS && (places[at] as number) < 0) {
      const disguise = vocabulary.disguiseOf(words.hash[at] as number);
      if (disguise === 'rot13') rot13.add(at);
      else if (disguise === 'reversed') reversed.add(at);
    } else if (misread !== NOT_MISREAD && (places[at] as number) >= 0) {
      if (misread !== MISREAD_DIGITS) lookalikes.add(at);
      else if (length >= MIN_LEET_LETTERS) leetspeak.add(at);
    }
    if (previousLength + length >= MIN_SPLIT_LETTERS && at > 0 && isSplit(words, places, at, vocabulary))
      splitWords.add(at);
    previousLength = length;
  }
  const disguises = [leetspeak, lookalikes, reversed, rot13, spacedLetters, splitWords];
  const regions = disguises.flatMap(({ disguise, spans }) =>
    spans.map(({ first, last }) => ({
      disguise,
      start: first <= CONTEXT ? 0 : (words.start[first - CONTEXT] as number),
      end: last + CONTEXT < words.count ? (words.start[last + CONTEXT] as number) : text.length,
    })),
  );
  return { encoded, hasJoints: words.hasJoints, regions };
}

/** 1 where two numbers that are not below 0 are equal, else 0. */
function isEqual(a: number, b: number): number {
  return ((a ^ b) - 1) >>> 31;
}

/** Whether a word is likely a piece of one with the word before it. */
function isSplit(words: Words, places: Int32Array, at: number, vocabulary: Vocabulary): boolean {
  const length = words.length[at] as number;
  const total = length + (words.length[at - 1] as number);
  const place = vocabulary.find(joinHashes(words.hash[at - 1] as number, words.hash[at] as number, length));
  if (place >= 0) return vocabulary.length[place] === total;
  const areUnknown = (places[at] as number) < 0 && (places[at - 1] as number) < 0;
  return areUnknown && isHyphenated(words, at);
}

/** Whether nothing but a hyphen is between a word and the one before it. */
function isHyphenated(words: Words, at: number): boolean {
  const end = (words.start[at - 1] as number) + (words.length[at - 1] as number);
  return words.before[at] === BETWEEN.mark && words.start[at] === end + 1 && words.codes[end] === HYPHEN;
}

/** Finds where enough words of a disguise stand close together. */
class CloseWords {
  readonly disguise: WordDisguise;
  /** Words from the first to the last of them; those that touch with the words around them are one. */
  readonly spans: { first: number; last: number }[] = [];
  readonly #least: number;
  /** The last one and the one before it. */
  #last = Number.NEGATIVE_INFINITY;
  #beforeLast = Number.NEGATIVE_INFINITY;

  /** @param least how many are enough: at most MIN_WORDS */
  constructor(disguise: WordDisguise, least: number) {
    this.disguise = disguise;
    this.#least = least;
  }

  add(at: number): void {
    const first = this.#least === 1 ? at : this.#least === 2 ? this.#last : this.#beforeLast;
    this.#beforeLast = this.#last;
    this.#last = at;
    if (at - first > REACH) return;
    const span = this.spans.at(-1);
    if (span !== undefined && first - CONTEXT <= span.last + CONTEXT) span.last = at;
    else this.spans.push({ first, last: at });
  }
}
