import { recogniseWords } from '../words/recognise.ts';
import { readSigns, type Signs } from '../words/signs.ts';
import { createWords, tokenize, type Words } from '../words/tokenize.ts';
import { classBit } from '../words/word-classes.ts';
import { calibrate, type Evidence } from './calibration.ts';
import { FeatureReader, wordFeature } from './features.ts';
import type { Model } from './model.ts';
import { limitContribution, type Passage, PassageFinder } from './passage.ts';
import { isQuoted } from './quotation.ts';

const SUBJECT = classBit('subject');
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
  #capacity = 0;
  #words!: Words;
  #places!: Int32Array;
  #contributions!: Float64Array;
  #passages!: PassageFinder;

  constructor(model: Model) {
    this.#model = model;
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
    const passage = this.#passages.find(this.#contributions, words.count, passageWords);
    const start = passage.to === 0 ? 0 : (words.start[passage.from] as number);
    const end = passage.to < words.count ? (words.start[passage.to] as number) : text.length;
    const evidence: Evidence = {
      sum: passage.sum,
      longSum: this.#passages.find(this.#contributions, words.count, LONG_PASSAGE * passageWords).sum,
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
    const contributions = this.#contributions;
    this.#features.begin();
    for (let from = 0; from < count; from += CHUNK) {
      const to = Math.min(from + CHUNK, count);
      this.#features.read(this.#words, this.#places, vocabulary, from, to);
      weights.sumEach(values, ends, to - from, contributions, from);
      for (let at = from; at < to; at += 1) {
        contributions[at] = limitContribution(contributions[at] as number);
      }
    }
  }

  #surroundingsOf({ from, to }: Passage): number {
    const first = Math.max(from - SURROUNDINGS, 0);
    const last = Math.min(to + SURROUNDINGS, this.#words.count);
    let sum = 0;
    for (let at = first; at < from; at += 1) sum += this.#contributions[at] as number;
    for (let at = to; at < last; at += 1) sum += this.#contributions[at] as number;
    return sum / Math.max(from - first + last - to, 1);
  }

  #countSubjectWords(): number {
    const { classes } = this.#model.vocabulary;
    let count = 0;
    for (let at = 0; at < this.#words.count; at += 1) {
      const place = this.#places[at] as number;
      if (place >= 0 && ((classes[place] as number) & SUBJECT) !== 0) count += 1;
    }
    return count;
  }

  #classesOf({ from, to }: Passage): number {
    let classes = 0;
    for (let at = from; at < to; at += 1) {
      const place = this.#places[at] as number;
      if (place >= 0) classes |= this.#model.vocabulary.classes[place] as number;
    }
    return classes;
  }

  #grow(capacity: number): void {
    this.#capacity = capacity;
    this.#words = createWords(capacity);
    this.#places = new Int32Array(capacity);
    this.#contributions = new Float64Array(capacity);
    this.#passages = new PassageFinder(capacity);
  }
}
