import type { Hints } from '../decode/decode.ts';
import { joinSplitWords, recogniseWords } from '../words/recognise.ts';
import { createWords, tokenize, type Words } from '../words/tokenize.ts';
import { classBit } from '../words/word-classes.ts';
import { calibrate, type Evidence } from './calibration.ts';
import { createFeatures, extractFeatures, type Features } from './features.ts';
import type { Model } from './model.ts';
import { limitContribution, type Passage, PassageFinder } from './passage.ts';
import { isQuoted } from './quotation.ts';

/** Fewer split words than this happen by chance. */
const MIN_SPLIT_WORDS = 3;
/** Three words in disguise stand this close together; one or two are chance, and a long text has many of them. */
const DISGUISE_REACH = 6;
const SUBJECT = classBit('subject');

/** What the model says of a text. */
export interface Scored {
  evidence: Evidence;
  /** Log-odds that the text is an attack. */
  logit: number;
  /** Where in the normalised text the passage is: from its first UTF-16 unit to after its last one. */
  passage: { start: number; end: number };
  /** Classes of the passage's words, as bits. */
  classes: number;
  hints: Hints;
}

/** Scores texts, one after the other; its buffers grow with the longest one. */
export class Scorer {
  readonly #model: Model;
  #capacity = 0;
  #words!: Words;
  #joined!: Words;
  #places!: Int32Array;
  #joinedPlaces!: Int32Array;
  #features!: Features;
  #contributions!: Float64Array;
  #passages!: PassageFinder;

  constructor(model: Model) {
    this.#model = model;
    this.#grow(4096);
  }

  /** @param text normalised; linear in its length */
  score(text: string): Scored {
    if (text.length > this.#capacity) this.#grow(text.length * 2);
    tokenize(text, this.#words);
    const splits = recogniseWords(this.#words, this.#model.vocabulary, this.#places);
    const plain = this.#scoreWords(text, this.#words, this.#places);
    if (splits < MIN_SPLIT_WORDS) return plain;
    const { vocabulary } = this.#model;
    joinSplitWords(this.#words, vocabulary, this.#places, this.#joined, this.#joinedPlaces);
    const joined = this.#scoreWords(text, this.#joined, this.#joinedPlaces);
    return joined.logit > plain.logit ? joined : plain;
  }

  #scoreWords(text: string, words: Words, places: Int32Array): Scored {
    const { vocabulary, weights, passageWords } = this.#model;
    extractFeatures(words, places, vocabulary, this.#features);
    const { values, ends } = this.#features;
    let subjectWords = 0;
    const hints: Hints = { longestWord: 0, singleLetters: 0, rot13: false, reversed: false };
    let singleLetters = 0;
    let lastDisguised = Number.NEGATIVE_INFINITY;
    let secondLastDisguised = Number.NEGATIVE_INFINITY;
    let from = 0;
    for (let at = 0; at < words.count; at += 1) {
      const to = ends[at] as number;
      this.#contributions[at] = limitContribution(weights.sum(values, from, to));
      from = to;
      const length = words.length[at] as number;
      if (length > hints.longestWord) hints.longestWord = length;
      singleLetters = length === 1 ? singleLetters + 1 : 0;
      if (singleLetters > hints.singleLetters) hints.singleLetters = singleLetters;
      const place = places[at] as number;
      if (place >= 0) {
        if (((vocabulary.classes[place] as number) & SUBJECT) !== 0) subjectWords += 1;
        continue;
      }
      const disguise = vocabulary.disguiseOf(words.hash[at] as number);
      if (disguise === undefined) continue;
      if (at - secondLastDisguised <= DISGUISE_REACH) hints[disguise] = true;
      secondLastDisguised = lastDisguised;
      lastDisguised = at;
    }
    const passage = this.#passages.find(this.#contributions, words.count, passageWords);
    const start = passage.to === 0 ? 0 : (words.start[passage.from] as number);
    const evidence: Evidence = { sum: passage.sum, isQuoted: isQuoted(text, start), subjectWords };
    return {
      evidence,
      logit: calibrate(evidence, this.#model.calibration),
      passage: { start, end: passage.to < words.count ? (words.start[passage.to] as number) : text.length },
      classes: this.#classesOf(passage, places),
      hints,
    };
  }

  #classesOf({ from, to }: Passage, places: Int32Array): number {
    let classes = 0;
    for (let at = from; at < to; at += 1) {
      const place = places[at] as number;
      if (place >= 0) classes |= this.#model.vocabulary.classes[place] as number;
    }
    return classes;
  }

  #grow(capacity: number): void {
    this.#capacity = capacity;
    this.#words = createWords(capacity);
    this.#joined = createWords(capacity);
    this.#places = new Int32Array(capacity);
    this.#joinedPlaces = new Int32Array(capacity);
    this.#features = createFeatures(capacity);
    this.#contributions = new Float64Array(capacity);
    this.#passages = new PassageFinder(capacity);
  }
}
