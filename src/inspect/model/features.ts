import { BETWEEN } from '../words/characters.ts';
import { mix } from '../words/hash.ts';
import type { Words } from '../words/tokenize.ts';
import type { Vocabulary } from '../words/vocabulary.ts';

/** Most features that one word has. */
const MAX_FEATURES = 12;
/** A class still belongs to the one before it within so many words. */
const CLASS_REACH = 5;
const CLASS_REACH_TWO = 9;

/** What makes features of different kinds differ. */
const KIND = {
  word: 11,
  stem: 13,
  pair: 17,
  skip: 19,
  triple: 23,
  class: 31,
  classPair: 37,
  classTriple: 41,
  classAlone: 43,
  before: 100,
} as const;

/** Here as well, because what is imported is looked up each time. */
const { sentence: SENTENCE, line: LINE, start: START, space: SPACE } = BETWEEN;

/** Stand for the words before a sentence's first ones. */
const NO_WORD = 1;
const SENTENCE_START = 2;

/**
 * What the model sees of a text: each word alone and with the two before it in its sentence, its stem, what stands
 * before it, and the sequence of the classes of meaning, in which words without a class are passed over. It reads some
 * words at a time, so that what it writes stays in the processor's nearest cache.
 */
export class FeatureReader {
  /** Hashed features: those of word i of the last ones that were read are values[ends[i-1]] to values[ends[i]-1]. */
  readonly values: Int32Array;
  readonly ends: Int32Array;
  #first: number = NO_WORD;
  #second: number = NO_WORD;
  #firstClass = 0;
  #secondClass = 0;
  #sinceFirst = CLASS_REACH + 1;
  #sinceSecond = CLASS_REACH_TWO + 1;

  /** @param capacity most words at a time */
  constructor(capacity: number) {
    this.values = new Int32Array(capacity * MAX_FEATURES);
    this.ends = new Int32Array(capacity);
  }

  /** Begins a text. */
  begin(): void {
    this.#first = NO_WORD;
    this.#second = NO_WORD;
    this.#firstClass = 0;
    this.#secondClass = 0;
    this.#sinceFirst = CLASS_REACH + 1;
    this.#sinceSecond = CLASS_REACH_TWO + 1;
  }

  /** Reads the text's words `from` to before `to`, which follow those that it read before. */
  read(words: Words, places: Int32Array, vocabulary: Vocabulary, from: number, to: number): void {
    const { values, ends } = this;
    const { hash: hashes, stem: stems, before: befores } = words;
    const { classesAfter } = vocabulary;
    let first = this.#first;
    let second = this.#second;
    let firstClass = this.#firstClass;
    let secondClass = this.#secondClass;
    let sinceFirst = this.#sinceFirst;
    let sinceSecond = this.#sinceSecond;
    let end = 0;
    for (let at = from; at < to; at += 1) {
      const hash = hashes[at] as number;
      const stem = stems[at] as number;
      const before = befores[at] as number;
      if (before === SENTENCE || before === LINE || before === START) {
        second = NO_WORD;
        first = SENTENCE_START;
      }
      if (hash === first && hash === second) {
        // A word that is repeated says nothing more: a row of marks, numbers or bytes adds up to nothing.
        ends[at - from] = end;
        continue;
      }
      values[end++] = mix(hash, KIND.word);
      if (stem !== 0) values[end++] = mix(stem, KIND.stem);
      if (before > SPACE) values[end++] = mix(hash, KIND.before + before);
      values[end++] = mix(mix(first, KIND.pair), hash);
      if (second !== NO_WORD) {
        values[end++] = mix(mix(second, KIND.skip), hash);
        values[end++] = mix(mix(second, KIND.triple), mix(first, hash));
      }
      second = first;
      first = hash;

      sinceFirst += 1;
      sinceSecond += 1;
      const classes = classesAfter[(places[at] as number) + 1] as number;
      if (classes !== 0) {
        values[end++] = mix(classes, KIND.class);
        if (sinceFirst <= CLASS_REACH) {
          values[end++] = mix(mix(firstClass, KIND.classPair), classes);
          if (sinceSecond <= CLASS_REACH_TWO) {
            values[end++] = mix(mix(secondClass, KIND.classTriple), mix(firstClass, classes));
          }
        } else values[end++] = mix(classes, KIND.classAlone);
        secondClass = firstClass;
        sinceSecond = sinceFirst;
        firstClass = classes;
        sinceFirst = 0;
      }
      ends[at - from] = end;
    }
    this.#first = first;
    this.#second = second;
    this.#firstClass = firstClass;
    this.#secondClass = secondClass;
    this.#sinceFirst = sinceFirst;
    this.#sinceSecond = sinceSecond;
  }
}

/** The hash of the feature that a word is by itself. */
export function wordFeature(hash: number): number {
  return mix(hash, KIND.word);
}
