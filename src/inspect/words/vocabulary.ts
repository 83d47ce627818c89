import { rot13Unit } from '../decode/rot13.ts';
import { APOSTROPHE_CODE, foldLetter, LOOKALIKE_END, plainLetter } from './characters.ts';
import { appendLetter, LETTER_VALUE } from './hash.ts';
import { createWords, MISREAD, tokenize, type Words } from './tokenize.ts';

/** A word that the model knows: which classes of meaning it has, as bits; see the lexicon. */
export interface KnownWord {
  text: string;
  classes: number;
}

/** Shorter words have too many neighbours to be told from a misspelling. */
const MIN_MISSPELT_LETTERS = 3;

/** Shorter ones are other words too often. */
const MIN_DISGUISED_LETTERS = 4;
const FILTER_BITS_PER_SLOT = 8;
const DISGUISES = ['rot13', 'reversed'] as const;
const ROT13 = DISGUISES.indexOf('rot13');
const REVERSED = DISGUISES.indexOf('reversed');

/** Of letters that may look like Latin ones: what each counts as in a sum of a word's letters, as it is and as what it stands for. */
const PLAIN_VALUES = Int32Array.from({ length: LOOKALIKE_END }, (_, code) => letterValue(plainLetter(code)));
const FOLDED_VALUES = Int32Array.from({ length: LOOKALIKE_END }, (_, code) => letterValue(foldLetter(code)));

/** The words that the model knows, found by their hash or by their letters in any order. */
export class Vocabulary {
  readonly hash: Int32Array;
  readonly stem: Int32Array;
  readonly length: Uint8Array;
  /** Of each by its place plus one, so that those of a word that is not known, none, need no branch. */
  readonly classesAfter: Int32Array;
  readonly #first: Uint16Array;
  readonly #last: Uint16Array;
  readonly #byHash: HashIndex;
  readonly #byLetters: HashIndex;
  readonly #byDisguise: HashIndex;
  #longest = 0;

  /** @param known words that tokenize() takes as one; where two read the same, the first counts */
  constructor(known: readonly KnownWord[]) {
    this.hash = new Int32Array(known.length);
    this.stem = new Int32Array(known.length);
    this.length = new Uint8Array(known.length);
    this.classesAfter = new Int32Array(known.length + 1);
    this.#first = new Uint16Array(known.length);
    this.#last = new Uint16Array(known.length);
    this.#byHash = new HashIndex(known.length);
    this.#byLetters = new HashIndex(known.length);
    this.#byDisguise = new HashIndex(2 * known.length);
    const words = createWords(256);
    for (const [index, { text, classes }] of known.entries()) {
      tokenize(text, words);
      this.hash[index] = words.hash[0] as number;
      this.stem[index] = words.stem[0] as number;
      this.length[index] = words.length[0] as number;
      this.classesAfter[index + 1] = classes;
      this.#first[index] = foldLetter(text.charCodeAt(0));
      this.#last[index] = foldLetter(text.charCodeAt(text.length - 1));
      this.#byHash.add(this.hash[index] as number, index);
      if (text.length >= MIN_MISSPELT_LETTERS) this.#byLetters.add(lettersOf(words, 0), index);
      this.#longest = Math.max(this.#longest, words.length[0] as number);
      if (text.length < MIN_DISGUISED_LETTERS) continue;
      this.#addDisguised(words.codes, text.length);
    }
  }

  /** Adds how a word reads in disguise, by its first units: writing and reading each form as a text takes many times as long. */
  #addDisguised(units: Uint16Array, length: number): void {
    let rotated = 0;
    let reversed = 0;
    for (let at = 0; at < length; at += 1) {
      rotated = appendLetter(rotated, plainLetter(rot13Unit(units[at] as number)));
      reversed = appendLetter(reversed, plainLetter(units[length - 1 - at] as number));
    }
    this.#byDisguise.add(rotated, ROT13);
    this.#byDisguise.add(reversed, REVERSED);
  }

  /** How an unknown word is a known one. */
  disguiseOf(hash: number): 'rot13' | 'reversed' | undefined {
    const disguise = this.#byDisguise.find(hash);
    return disguise < 0 ? undefined : DISGUISES[disguise];
  }

  /** The place of a word; -1 where it is not known. */
  find(hash: number): number {
    return this.#byHash.find(hash);
  }

  /**
   * The place of the word that a misspelt one has the letters of, in another order but for the first or the last one; -1
   * where there is none.
   */
  findMisspelt(words: Words, at: number): number {
    const length = words.length[at] as number;
    if (length < MIN_MISSPELT_LETTERS || length > this.#longest) return -1;
    const index = this.#byLetters.find(lettersOf(words, at));
    if (index < 0 || this.length[index] !== length) return -1;
    const first = words.start[at] as number;
    const isTypo =
      foldLetter(words.codes[first] as number) === this.#first[index] ||
      foldLetter(words.codes[first + length - 1] as number) === this.#last[index];
    return isTypo ? index : -1;
  }
}

/** A sum that is the same for every order of a word's letters. */
function lettersOf(words: Words, word: number): number {
  const { codes } = words;
  const values = words.misread[word] === MISREAD.nothing ? PLAIN_VALUES : FOLDED_VALUES;
  let sum = 0;
  let left = words.length[word] as number;
  for (let at = words.start[word] as number; left > 0; at += 1) {
    const code = codes[at] as number;
    if (code === APOSTROPHE_CODE) continue;
    sum = (sum + (code < LOOKALIKE_END ? (values[code] as number) : letterValue(code))) | 0;
    left -= 1;
  }
  return sum;
}

function letterValue(letter: number): number {
  return LETTER_VALUE[letter & 255] as number;
}

/**
 * From hashes to places, by open addressing; the first of equal hashes stays. Most hashes that are looked for are not
 * there: a small filter of bits, which stays in the processor's nearest cache, tells that of most of them.
 */
class HashIndex {
  readonly #mask: number;
  readonly #filterMask: number;
  readonly #filter: Int32Array;
  readonly #hashes: Int32Array;
  /** Place plus one; 0 is empty. */
  readonly #places: Int32Array;

  constructor(entries: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(entries, 1) * 2 + 2));
    this.#mask = slots - 1;
    this.#filterMask = FILTER_BITS_PER_SLOT * slots - 1;
    this.#filter = new Int32Array((FILTER_BITS_PER_SLOT * slots) / 32);
    this.#hashes = new Int32Array(slots);
    this.#places = new Int32Array(slots);
  }

  add(hash: number, place: number): void {
    const bit = hash & this.#filterMask;
    this.#filter[bit >>> 5] = (this.#filter[bit >>> 5] as number) | (1 << (bit & 31));
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#places[slot] !== 0) {
      if (this.#hashes[slot] === hash) return;
      slot = (slot + 1) & this.#mask;
    }
    this.#hashes[slot] = hash;
    this.#places[slot] = place + 1;
  }

  find(hash: number): number {
    const bit = hash & this.#filterMask;
    if (((this.#filter[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return -1;
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    for (;;) {
      const place = this.#places[slot] as number;
      if (place === 0 || this.#hashes[slot] === hash) return place - 1;
      slot = (slot + 1) & this.#mask;
    }
  }
}
