import { APOSTROPHE_CODE, FOLDED_LETTER, LOOKALIKE_END } from './characters.ts';
import { appendLetter, hashBetween, mix, POWERS } from './hash.ts';
import { findWordStarts, OF_WORD, OF_WORD_BITS, type WordStarts } from './word-starts.ts';

/** Letters at a word's start that stand for its other forms. */
const STEM_LETTERS = 5;
/** All numbers count as one word. */
const NUMBER = 7;
/** Longer words count as of so many letters. */
const MAX_LENGTH = 255;

/** How a word is written in something else than its letters. */
export const MISREAD = { nothing: 0, leetspeak: 1, lookalikes: 2 } as const;

const UNSPACED_SHIFT = Math.log2(OF_WORD.unspaced);

/** Of what a word's characters are: all bits where it is a number, else none. */
const NUMBER_MASK = Int32Array.from({ length: 1 << OF_WORD_BITS }, (_, bits) =>
  bits === OF_WORD.digit ? -1 : 0,
);

/** Of the same, with one more bit where the word before it is Latin: how the word may be misread. */
const MISREADABLE = Uint8Array.from({ length: 2 << OF_WORD_BITS }, (_, entry) => {
  const bits = entry & ((1 << OF_WORD_BITS) - 1);
  const isByLatin = entry !== bits || (bits & OF_WORD.latin) !== 0;
  if (bits === OF_WORD.digit || (bits & OF_WORD.unspaced) !== 0) return MISREAD.nothing;
  if ((bits & OF_WORD.digit) !== 0) return MISREAD.leetspeak;
  return (bits & OF_WORD.foreign) !== 0 && isByLatin ? MISREAD.lookalikes : MISREAD.nothing;
});

/** A text's words, as parallel arrays of which the first `count` entries hold. */
export interface Words extends WordStarts {
  /** How many were read once more: for leetspeak and lookalikes, or because they are very long. */
  readTwice: number;
  /** How many letters these have. */
  lettersReadTwice: number;
  /** Of the letters: lower case, without accents, lookalikes and leetspeak replaced. */
  hash: Int32Array;
  /** Hash of the first letters; 0 where the word is no longer than these. */
  stem: Int32Array;
  /** In letters; 0 for a number. */
  length: Uint8Array;
  /** How the letters were replaced that are none: one of MISREAD. */
  misread: Uint8Array;
  /** The memory of `codes`, for a text to be written to. */
  bytes: Buffer;
  /** The words that were read once more; the first `readTwice` count. */
  unsure: Int32Array;
}

export function createWords(capacity: number): Words {
  const codes = new Uint16Array(capacity + 1);
  // What comes after the last word is written, too, and what comes after its first letters is read.
  const most = capacity + 1;
  return {
    count: 0,
    readTwice: 0,
    lettersReadTwice: 0,
    hash: new Int32Array(capacity),
    stem: new Int32Array(capacity),
    length: new Uint8Array(capacity),
    start: new Int32Array(most),
    before: new Uint8Array(most),
    misread: new Uint8Array(capacity),
    ofWord: new Uint8Array(most),
    hasJoints: false,
    codes,
    bytes: Buffer.from(codes.buffer),
    firstLetter: new Int32Array(most),
    hashes: new Int32Array(most + STEM_LETTERS),
    unsure: new Int32Array(most),
  };
}

/**
 * Splits a normalised text into words. One pass; no string is made.
 * @param words is overwritten; its capacity must be at least the text's length
 */
export function tokenize(text: string, words: Words): void {
  words.bytes.write(text, 'utf16le');
  // No character of a word: where the text ends, a word does.
  words.codes[text.length] = 0;
  findWordStarts(words, text.length);
  readWords(words);
  readUnsure(words);
}

/**
 * What each word is, by the hashes and bits of its characters. With masks for branches, as what a word is cannot be foretold,
 * and without a call: after one, V8 looks at each array again.
 */
function readWords(words: Words): void {
  const { count, ofWord, firstLetter, hashes, hash, stem, length, misread, unsure } = words;
  const powers = POWERS;
  const stemPower = powers[STEM_LETTERS] as number;
  let isAfterLatin = 0;
  let unsureCount = 0;
  let first = 0;
  for (let at = 0; at < count; at += 1) {
    const next = firstLetter[at + 1] as number;
    const letters = next - first;
    const counted = letters < MAX_LENGTH ? letters : MAX_LENGTH;
    const bits = ofWord[at + 1] as number;
    const number = NUMBER_MASK[bits] as number;
    const unspaced = -(bits >>> UNSPACED_SHIFT);
    const others = ~(number | unspaced);
    const before = hashes[first] as number;
    const whole = ((hashes[first + counted] as number) - Math.imul(before, powers[counted] as number)) | 0;
    hash[at] = (NUMBER & number) | (mix(whole, 0) & unspaced) | (whole & others);
    const start = ((hashes[first + STEM_LETTERS] as number) - Math.imul(before, stemPower)) | 0;
    stem[at] = mix(start, STEM_LETTERS) & ((STEM_LETTERS - letters) >> 31) & others;
    length[at] = counted & ~number;
    const misreadable = MISREADABLE[(isAfterLatin << OF_WORD_BITS) | bits] as number;
    misread[at] = misreadable;
    unsure[unsureCount] = at;
    unsureCount += ((misreadable + 1) >>> 1) | ((MAX_LENGTH - letters) >>> 31);
    ofWord[at] = bits;
    isAfterLatin = (isAfterLatin & unspaced) | (bits & OF_WORD.latin & ~unspaced);
    first = next;
  }
  words.readTwice = unsureCount;
}

/**
 * Reads words that are not read yet: very long ones, and with leetspeak and lookalikes replaced those that may be misread, but
 * for those with a foreign letter that looks like none.
 */
function readUnsure(words: Words): void {
  const { codes, start, misread, unsure, firstLetter, hashes } = words;
  let lettersReadTwice = 0;
  for (let at = 0; at < words.readTwice; at += 1) {
    const word = unsure[at] as number;
    const first = firstLetter[word] as number;
    const last = firstLetter[word + 1] as number;
    const letters = last - first;
    lettersReadTwice += letters;
    if (letters > MAX_LENGTH)
      words.hash[word] = hashBetween(hashes[first] as number, hashes[last] as number, letters);
    if (misread[word] === MISREAD.nothing) continue;
    let hash = 0;
    let stem = 0;
    let count = 0;
    for (let unit = start[word] as number; count < letters; unit += 1) {
      const code = codes[unit] as number;
      if (code === APOSTROPHE_CODE) continue;
      const letter = code < LOOKALIKE_END ? (FOLDED_LETTER[code] as number) : 0;
      if (letter === 0) break;
      if (count === STEM_LETTERS) stem = mix(hash, STEM_LETTERS);
      hash = appendLetter(hash, letter);
      count += 1;
    }
    if (count < letters) misread[word] = MISREAD.nothing;
    else {
      words.hash[word] = hash;
      words.stem[word] = stem;
    }
  }
  words.lettersReadTwice = lettersReadTwice;
}
