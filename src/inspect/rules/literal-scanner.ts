import type { Units } from '../text/unit-buffer.ts';
import { FOLDED_END, foldUnit } from './fold.ts';

/** Units that a text can hold. */
const UNITS = 0x10000;
/** The class of all units that no literal holds. */
const OTHER = 0;
/** Above the start of any state's row. */
const ENDS = 2 ** 30;

/**
 * Finds many literals in one pass, whatever their number (Aho and Corasick, Efficient string matching, 1975). Case and
 * accents do not count.
 */
export class LiteralScanner {
  /** Of each unit: its place in a state's row. */
  readonly #classes = new Uint16Array(UNITS);
  #width = 1;
  /** For each state a row of the states that follow it: where their rows start, with ENDS added where literals end. */
  #next = new Int32Array(0);
  /** Of each state: the first of its entries in #literals, and of the next state's. */
  #outputs = new Int32Array(0);
  #literals = new Int32Array(0);

  /** @param literals none of them empty */
  constructor(literals: readonly string[]) {
    const folded = literals.map((literal) =>
      Array.from({ length: literal.length }, (_, at) => foldUnit(literal.charCodeAt(at))),
    );
    this.#numberClasses(folded);
    this.#build(folded);
  }

  /** Calls back with the number of each literal in a text and where it ends, in the order of their ends. */
  scan({ units, length }: Units, found: (literal: number, end: number) => void): void {
    const classes = this.#classes;
    const next = this.#next;
    let state = 0;
    for (let at = 0; at < length; at += 1) {
      const entered = next[state + (classes[units[at] as number] as number)] as number;
      if (entered < ENDS) state = entered;
      else {
        state = entered - ENDS;
        const number = state / this.#width;
        const end = this.#outputs[number + 1] as number;
        for (let output = this.#outputs[number] as number; output < end; output += 1) {
          found(this.#literals[output] as number, at + 1);
        }
      }
    }
  }

  #numberClasses(folded: readonly (readonly number[])[]): void {
    const byUnit = new Map<number, number>();
    for (const units of folded) {
      for (const unit of units) if (!byUnit.has(unit)) byUnit.set(unit, byUnit.size + 1);
    }
    for (let unit = 0; unit < FOLDED_END; unit += 1)
      this.#classes[unit] = byUnit.get(foldUnit(unit)) ?? OTHER;
    for (const [unit, unitClass] of byUnit) this.#classes[unit] = unitClass;
    this.#width = byUnit.size + 1;
  }

  #build(folded: readonly (readonly number[])[]): void {
    const width = this.#width;
    const states = 1 + folded.reduce((sum, { length }) => sum + length, 0);
    const next = new Int32Array(states * width).fill(-1);
    const ends: number[][] = [[]];
    for (const [literal, units] of folded.entries()) {
      let state = 0;
      for (const unit of units) {
        const edge = state * width + (this.#classes[unit] as number);
        if (next[edge] === -1) {
          next[edge] = ends.length;
          ends.push([]);
        }
        state = next[edge] as number;
      }
      ends[state]?.push(literal);
    }
    // Breadth first: the state that holds the longest end of a state's text is done before it.
    const fallback = new Int32Array(ends.length);
    const queue = [0];
    for (const state of queue) {
      const fall = fallback[state] as number;
      if (state !== 0) ends[state] = [...(ends[state] ?? []), ...(ends[fall] ?? [])];
      for (let unitClass = 0; unitClass < width; unitClass += 1) {
        const edge = state * width + unitClass;
        const onFallback = state === 0 ? 0 : (next[fall * width + unitClass] as number);
        const child = next[edge] as number;
        if (child === -1) next[edge] = onFallback;
        else {
          fallback[child] = onFallback;
          queue.push(child);
        }
      }
    }
    this.#next = next
      .slice(0, ends.length * width)
      .map((state) => state * width + ((ends[state] ?? []).length > 0 ? ENDS : 0));
    this.#literals = Int32Array.from(ends.flat());
    this.#outputs = new Int32Array(ends.length + 1);
    for (const [state, { length }] of ends.entries()) {
      this.#outputs[state + 1] = (this.#outputs[state] as number) + length;
    }
  }
}
