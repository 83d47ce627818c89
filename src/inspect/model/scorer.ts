import { recogniseWords } from '../words/recognise.ts';
import { readSigns, type Signs } from '../words/signs.ts';
import { createWords, tokenize, type Words } from '../words/tokenize.ts';
import { classBit } from '../words/word-classes.ts';
import { calibrate, type Evidence } from './calibration.ts';
import { limitContribution } from './contribution.ts';
import { FeatureReader, wordFeature } from './features.ts';
import type { Model } from './model.ts';
import { type Passage, PassageFinder } from './passage.ts';
import { isQuoted } from './quotation.ts';

const SUBJECT_BIT = Math.log2(classBit('subject'));
const MIN_CAPACITY = 4_096;
/** How much longer a long passage may be. */
const LONG_PASSAGE = 2.5;
/** Words before and after a passage that are looked at. */
const SURROUNDINGS = 30;
/** Words at a time; their features fit in the processor's nearest cache. */
const CHUNK = 128;

/** What the model says of a text. */
export interface Scored {
  evidence: Evidence;
  /** Log-odds that the text is an attack. */
  logit: number;
  /** Where in the normalised text the passage is: from its first UTF-16 unit to after its last one. */
  passage: { start: number; end: number };
  /** Classes of the passage's words, as bits. */
  classes: number;
  signs: Signs;
}

/** Scores texts, one after the other; its buffers grow with the longest one. */
export class Scorer {
  readonly #model: Model;
  readonly #features = new FeatureReader(CHUNK);
  readonly #passages: PassageFinder;
  /** Words of a long passage. */
  readonly #longWords: number;
  /** What each word of a chunk contributes, in steps of a weight. */
  readonly #steps = new Int32Array(CHUNK);
  /** Log-odds of what #sums counts: half a step of a weight, as a limit may be between two. */
  readonly #unit: number;
  readonly #least: number;
  readonly #most: number;
  #capacity = 0;
  #words!: Words;
  #places!: Int32Array;
  /** What the words before each one contribute together, and all of them. */
  #sums!: Int32Array;

  constructor(model: Model) {
    this.#model = model;
    this.#longWords = Math.round(LONG_PASSAGE * model.passageWords);
    this.#passages = new PassageFinder(this.#longWords);
    this.#unit = model.weights.scale / 2;
    this.#least = Math.round(limitContribution(Number.NEGATIVE_INFINITY) / this.#unit);
    this.#most = Math.round(limitContribution(Number.POSITIVE_INFINITY) / this.#unit);
    this.#grow(MIN_CAPACITY);
  }

  /** Whether the model has a word, by its hash. */
  knows(hash: number): boolean {
    const { vocabulary, weights } = this.#model;
    return vocabulary.find(hash) >= 0 || weights.has(wordFeature(hash));
  }

  /**
   * @param text normalised; linear in its length
   * @param mayScore asked once it is known which words there are
   * @returns undefined where it may not
   */
  score(text: string, mayScore: (words: Readonly<Words>) => boolean): Scored | undefined {
    if (text.length > this.#capacity) this.#grow(text.length * 2);
    const words = this.#words;
    const places = this.#places;
    const { vocabulary, calibration, passageWords } = this.#model;
    tokenize(text, words);
    if (!mayScore(words)) return undefined;
    recogniseWords(words, vocabulary, places);
    this.#weigh();
    const passage = this.#passages.find(this.#sums, words.count, passageWords);
    const longPassage = this.#passages.find(this.#sums, words.count, this.#longWords);
    const start = passage.to === 0 ? 0 : (words.start[passage.from] as number);
    const end = passage.to < words.count ? (words.start[passage.to] as number) : text.length;
    const evidence: Evidence = {
      sum: passage.sum * this.#unit,
      longSum: longPassage.sum * this.#unit,
      isQuoted: isQuoted(text, start),
      subjectWords: this.#countSubjectWords(),
      surroundings: this.#surroundingsOf(passage),
      words: words.count,
    };
    return {
      evidence,
      logit: calibrate(evidence, calibration),
      passage: { start, end },
      classes: this.#classesOf(passage),
      signs: readSigns(text, words, places, vocabulary),
    };
  }

  /** What each word contributes. */
  #weigh(): void {
    const { vocabulary, weights } = this.#model;
    const { values, ends } = this.#features;
    const { count } = this.#words;
    const steps = this.#steps;
    const sums = this.#sums;
    let sum = 0;
    sums[0] = 0;
    this.#features.begin();
    for (let from = 0; from < count; from += CHUNK) {
      const to = Math.min(from + CHUNK, count);
      this.#features.read(this.#words, this.#places, vocabulary, from, to);
      weights.sumEach(values, ends, to - from, steps);
      for (let at = from; at < to; at += 1) {
        const contribution = Math.min(Math.max(2 * (steps[at - from] as number), this.#least), this.#most);
        // Of millions of words they may wrap around, which changes no difference of close ones.
        sum = (sum + contribution) | 0;
        sums[at + 1] = sum;
      }
    }
  }

  #surroundingsOf({ from, to }: Passage): number {
    const first = Math.max(from - SURROUNDINGS, 0);
    const last = Math.min(to + SURROUNDINGS, this.#words.count);
    const sum = this.#sumOf(first, from) + this.#sumOf(to, last);
    return (sum * this.#unit) / Math.max(from - first + last - to, 1);
  }

  #sumOf(from: number, to: number): number {
    return ((this.#sums[to] as number) - (this.#sums[from] as number)) | 0;
  }

  #countSubjectWords(): number {
    const { classesAfter } = this.#model.vocabulary;
    const places = this.#places;
    const { count } = this.#words;
    let subjectWords = 0;
    for (let at = 0; at < count; at += 1)
      subjectWords += ((classesAfter[(places[at] as number) + 1] as number) >>> SUBJECT_BIT) & 1;
    return subjectWords;
  }

  #classesOf({ from, to }: Passage): number {
    const { classesAfter } = this.#model.vocabulary;
    let classes = 0;
    for (let at = from; at < to; at += 1) classes |= classesAfter[(this.#places[at] as number) + 1] as number;
    return classes;
  }

  #grow(capacity: number): void {
    this.#capacity = capacity;
    this.#words = createWords(capacity);
    this.#places = new Int32Array(capacity);
    this.#sums = new Int32Array(capacity + 1);
  }
}
