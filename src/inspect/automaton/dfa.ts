import { isLowSurrogate } from '../text/surrogates.ts';
import type { Units } from '../text/unit-buffer.ts';
import type { Work } from '../work.ts';
import { type Alphabet, assertionsBetween, KIND, KINDS } from './alphabet.ts';
import type { Nfa } from './nfa.ts';

/** A transition that is not known yet, and added to the row of the next state where a match ends before the character. */
const UNKNOWN = -1;
const MATCH = 2 ** 30;
/** States that are kept from one text to the next. */
const MAX_KEPT_STATES = 256;
const FIRST_STATES = 16;
/** What finding a transition costs, whether it was found for an earlier text or not. */
const TRANSITION_STEPS = 150;

/** Stands for the place of a match. */
export const NO_MATCH = -1;
/** There was not enough work left to tell. */
export const UNTOLD = -2;

/**
 * Runs a pattern over texts, one step for each character, by states that are made when they are first needed (Cox, Regular
 * Expression Matching in the Wild, https://swtch.com/~rsc/regexp/regexp3.html). Work is charged for each transition that a
 * text uses, so that no text can have ever more of them made.
 */
export class Dfa {
  /** Where the last match that was searched for started at the earliest. */
  earliestStart = 0;
  readonly #nfa: Nfa;
  readonly #alphabet: Alphabet;
  readonly #members: Uint8Array;
  readonly #isAnchored: boolean;
  readonly #mark: Int32Array;
  #marked = 0;
  /** Of each state and class the row of the next state; and the text that used it last. */
  #table = new Int32Array(0);
  #usedBy = new Int32Array(0);
  /** Of each state: places in the pattern before the next character, and the kind of the last one. */
  #places: Int32Array[] = [];
  #kinds: number[] = [];
  readonly #byHash = new Map<number, number[]>();
  #lastWork = 0;

  /** @param isAnchored whether matches start where the search does; else anywhere after it */
  constructor(nfa: Nfa, alphabet: Alphabet, isAnchored: boolean) {
    this.#nfa = nfa;
    this.#alphabet = alphabet;
    this.#members = alphabet.members(nfa.sets);
    this.#isAnchored = isAnchored;
    this.#mark = new Int32Array(nfa.size);
    this.#clear();
  }

  /** Where the match ends that ends first, of those between two places; NO_MATCH, or UNTOLD. */
  firstEnd(text: Units, from: number, to: number, work: Work): number {
    if (!work.allows(to - from + 1)) return UNTOLD;
    this.#prepare(work);
    const { units } = text;
    const { pages, pageStarts, pair, width } = this.#alphabet;
    const { id } = work;
    const initialEnd = KINDS * width;
    let table = this.#table;
    let usedBy = this.#usedBy;
    let row = this.#kindBefore(units, from) * width;
    let earliest = from;
    let at = from;
    let entered = 0;
    for (; at < to; at += 1) {
      const unit = units[at] as number;
      const unitClass = pages[(pageStarts[unit >>> 8] as number) + (unit & 255)] as number;
      const cell = row + unitClass;
      if (unitClass === pair || usedBy[cell] !== id) {
        entered = this.#enter(row, text, at, work);
        table = this.#table;
        usedBy = this.#usedBy;
      } else entered = table[cell] as number;
      if (entered >= MATCH || entered < 0) break;
      row = entered;
      if (unitClass === pair) at += this.#lengthAt(text, at) - 1;
      // Without a branch: whether something was read of the pattern cannot be foretold.
      const isInitial = (row - initialEnd) >> 31;
      earliest = (earliest & ~isInitial) | ((at + 1) & isInitial);
    }
    if (at >= to) entered = this.#enter(row, text, at, work);
    work.spend(at - from + 1);
    this.earliestStart = earliest;
    if (entered === UNTOLD) return UNTOLD;
    return entered >= MATCH ? at : NO_MATCH;
  }

  /** Where the longest match ends that starts at a place. */
  longestEnd(text: Units, from: number, to: number, work: Work): number {
    if (!work.allows(to - from + 1)) return UNTOLD;
    this.#prepare(work);
    const { width } = this.#alphabet;
    let row = this.#kindBefore(text.units, from) * width;
    let end = NO_MATCH;
    let at = from;
    for (; at <= to && !this.#isDead(row / width); at += this.#lengthAt(text, at)) {
      const entered = this.#enter(row, text, at, work);
      if (entered === UNTOLD) return UNTOLD;
      if (entered >= MATCH) end = at;
      row = entered >= MATCH ? entered - MATCH : entered;
    }
    work.spend(at - from);
    return end;
  }

  /** The row after the character at a place, or after the text's end. @returns UNTOLD where there is no work left for it */
  #enter(row: number, text: Units, at: number, work: Work): number {
    const { width } = this.#alphabet;
    const unitClass = this.#classAt(text, at);
    const cell = row + unitClass;
    if (this.#usedBy[cell] !== work.id) {
      if (!work.take(TRANSITION_STEPS)) return UNTOLD;
      if (this.#table[cell] === UNKNOWN) this.#transit(row / width, unitClass);
      this.#usedBy[cell] = work.id;
    }
    return this.#table[cell] as number;
  }

  #classAt({ units, length }: Units, at: number): number {
    const { end, pair } = this.#alphabet;
    if (at >= length) return end;
    const unitClass = this.#alphabet.classOfUnit(units[at] as number);
    return unitClass === pair ? this.#alphabet.classOfPair(units, at, length) : unitClass;
  }

  /** 2 where a pair of units starts. */
  #lengthAt({ units, length }: Units, at: number): number {
    const isPair =
      at + 1 < length &&
      this.#alphabet.classOfUnit(units[at] as number) === this.#alphabet.pair &&
      isLowSurrogate(units[at + 1] as number);
    return isPair ? 2 : 1;
  }

  /** Forgets states where there are many of them; not while a text is looked at, for which they were paid. */
  #prepare({ id }: Work): void {
    if (this.#lastWork === id) return;
    this.#lastWork = id;
    if (this.#places.length > MAX_KEPT_STATES) this.#clear();
  }

  /** Nothing but the first states is left: those in which no part of the pattern was read, by the kind of the character before. */
  #clear(): void {
    const { width } = this.#alphabet;
    this.#table = new Int32Array(FIRST_STATES * width).fill(UNKNOWN);
    this.#usedBy = new Int32Array(FIRST_STATES * width);
    this.#places = [];
    this.#kinds = [];
    this.#byHash.clear();
    for (let kind = 0; kind < KINDS; kind += 1) this.#stateOf(Int32Array.of(this.#nfa.start), kind);
  }

  #kindBefore(units: Uint16Array, at: number): number {
    if (at === 0) return KIND.textEnd;
    const unitClass = this.#alphabet.classOfUnit(units[at - 1] as number);
    return unitClass === this.#alphabet.pair ? KIND.other : (this.#alphabet.kinds[unitClass] as number);
  }

  #isDead(state: number): boolean {
    return (this.#places[state] as Int32Array).length === 0;
  }

  #transit(state: number, unitClass: number): void {
    const { width, kinds } = this.#alphabet;
    const { setOf, next, start } = this.#nfa;
    const kind = kinds[unitClass] as number;
    const assertions = assertionsBetween(this.#kinds[state] as number, kind);
    const mark = this.#mark;
    this.#marked += 1;
    const places: number[] = [];
    const add = (place: number) => {
      if (mark[place] === this.#marked) return;
      mark[place] = this.#marked;
      places.push(place);
    };
    let isMatch = false;
    for (const place of this.#places[state] as Int32Array) {
      const closure = this.#nfa.closure(place, assertions);
      isMatch ||= closure.isMatch;
      for (const reader of closure.readers) {
        if (this.#members[(setOf[reader] as number) * width + unitClass] === 1) add(next[reader] as number);
      }
    }
    if (!this.#isAnchored) add(start);
    const entered = this.#stateOf(Int32Array.from(places).sort(), kind) * width;
    this.#table[state * width + unitClass] = isMatch ? entered + MATCH : entered;
  }

  /** @param places ascending */
  #stateOf(places: Int32Array, kind: number): number {
    let hash = kind;
    for (const place of places) hash = (Math.imul(hash, 0x01000193) + place + 1) | 0;
    const alike = this.#byHash.get(hash) ?? [];
    const known = alike.find(
      (state) => this.#kinds[state] === kind && areEqual(this.#places[state] as Int32Array, places),
    );
    if (known !== undefined) return known;
    const state = this.#places.push(places) - 1;
    this.#kinds.push(kind);
    if (alike.push(state) === 1) this.#byHash.set(hash, alike);
    const { width } = this.#alphabet;
    if (this.#places.length * width > this.#table.length) {
      const table = new Int32Array(2 * this.#table.length).fill(UNKNOWN);
      table.set(this.#table);
      this.#table = table;
      const usedBy = new Int32Array(table.length);
      usedBy.set(this.#usedBy);
      this.#usedBy = usedBy;
    }
    return state;
  }
}

function areEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((place, at) => place === b[at]);
}
