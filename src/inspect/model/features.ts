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

/** Stand for the words before a sentence's first ones. */
const NO_WORD = 1;
const SENTENCE_START = 2;

/** The hashed features of each word: those of word i are values[ends[i-1]] to values[ends[i]-1]. */
export interface Features {
  values: Int32Array;
  ends: Int32Array;
}

/** @param capacity most words */
export function createFeatures(capacity: number): Features {
  return { values: new Int32Array(capacity * MAX_FEATURES), ends: new Int32Array(capacity) };
}

/**
 * What the model sees of a text: each word alone and with the two before it in its sentence, its stem, what stands
 * before it, and the sequence of the classes of meaning, in which words without a class are passed over.
 */
export function extractFeatures(
  words: Words,
  places: Int32Array,
  vocabulary: Vocabulary,
  { values, ends }: Features,
): void {
  let first: number = NO_WORD;
  let second: number = NO_WORD;
  let firstClass = 0;
  let secondClass = 0;
  let sinceFirst = CLASS_REACH + 1;
  let sinceSecond = CLASS_REACH_TWO + 1;
  let end = 0;
  for (let at = 0; at < words.count; at += 1) {
    const hash = words.hash[at] as number;
    const stem = words.stem[at] as number;
    const before = words.before[at] as number;
    if (before === BETWEEN.sentence || before === BETWEEN.line || before === BETWEEN.start) {
      second = NO_WORD;
      first = SENTENCE_START;
    }
    values[end++] = mix(hash, KIND.word);
    if (stem !== 0) values[end++] = mix(stem, KIND.stem);
    if (before > BETWEEN.space) values[end++] = mix(hash, KIND.before + before);
    values[end++] = mix(mix(first, KIND.pair), hash);
    if (second !== NO_WORD) {
      values[end++] = mix(mix(second, KIND.skip), hash);
      values[end++] = mix(mix(second, KIND.triple), mix(first, hash));
    }
    second = first;
    first = hash;

    sinceFirst += 1;
    sinceSecond += 1;
    const place = places[at] as number;
    const classes = place < 0 ? 0 : (vocabulary.classes[place] as number);
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
    ends[at] = end;
  }
}
