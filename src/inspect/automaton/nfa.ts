import type { RE2JS } from 're2js';

/** Instructions of re2js's compiled patterns, by its Inst; they are those of https://swtch.com/~rsc/regexp/regexp3.html. */
const OP = {
  alternatives: 1,
  alternativesMatch: 2,
  capture: 3,
  assertion: 4,
  fail: 5,
  match: 6,
  nothing: 7,
  rune: 8,
  oneRune: 9,
  anyRune: 10,
  anyRuneNotNewline: 11,
} as const;

interface Instruction {
  op: number;
  out: number;
  arg: number;
  /** One character, or pairs of first and last ones. */
  runes: ArrayLike<number>;
  matchRune(rune: number): boolean;
}

const NOTHING = { op: OP.nothing, arg: 0, runes: [], matchRune: () => false };

/** What may be asserted of a place between two characters, as bits; as in re2js's Utils. */
export const ASSERTION = {
  lineStart: 1,
  lineEnd: 2,
  textStart: 4,
  textEnd: 8,
  wordBoundary: 16,
  noWordBoundary: 32,
} as const;
const ASSERTIONS = 64;

const LAST_CODE_POINT = 0x10ffff;
const NEWLINE = 10;

/** A set of characters that a state reads one of. */
export interface CharacterSet {
  /** Where characters within and beyond it may part, in any order. */
  bounds: readonly number[];
  has(codePoint: number): boolean;
}

/** What can be reached from a state without reading a character. */
export interface Closure {
  /** States that read one. */
  readers: Int32Array;
  isMatch: boolean;
}

/** A pattern's states: some read a character of a set and go on to another one. */
export class Nfa {
  readonly start: number;
  readonly size: number;
  /** Of each state that reads: the number of its set, and the state after it. */
  readonly setOf: Int32Array;
  readonly next: Int32Array;
  readonly sets: readonly CharacterSet[];
  readonly #instructions: readonly Instruction[];
  readonly #closures = new Map<number, Closure>();

  /** @param compiled pattern without lookaround */
  constructor(compiled: RE2JS) {
    const { prog } = compiled.re2Input;
    const instructions = Array.from({ length: prog.numInst() }, (_, at) => prog.getInst(at) as Instruction);
    // A start that no repetition comes back to, to tell where nothing was read yet.
    this.start = instructions.push({ ...NOTHING, out: prog.start }) - 1;
    const sets = new Map<string, number>();
    const characterSets: CharacterSet[] = [];
    this.size = instructions.length;
    this.#instructions = instructions;
    this.next = Int32Array.from(instructions, ({ out }) => out);
    this.setOf = Int32Array.from(instructions, (instruction) => {
      if (!isReader(instruction)) return -1;
      const { op, arg, runes } = instruction;
      const key = `${op} ${arg} ${Array.from(runes).join()}`;
      const known = sets.get(key);
      if (known !== undefined) return known;
      sets.set(key, characterSets.length);
      return characterSets.push(characterSetOf(instruction)) - 1;
    });
    this.sets = characterSets;
  }

  /** @param assertions that hold here, as bits of ASSERTION */
  closure(state: number, assertions: number): Closure {
    const key = state * ASSERTIONS + assertions;
    let closure = this.#closures.get(key);
    if (closure === undefined) {
      closure = this.#closureOf(state, assertions);
      this.#closures.set(key, closure);
    }
    return closure;
  }

  #closureOf(state: number, assertions: number): Closure {
    const seen = new Set<number>();
    const readers: number[] = [];
    let isMatch = false;
    const pending = [state];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const { op, out, arg } = this.#instructions[at] as Instruction;
      if (op === OP.match) isMatch = true;
      else if (op === OP.alternatives || op === OP.alternativesMatch) pending.push(out, arg);
      else if (op === OP.capture || op === OP.nothing) pending.push(out);
      else if (op === OP.assertion) {
        if ((arg & ~assertions) === 0) pending.push(out);
      } else if ((this.setOf[at] as number) >= 0) readers.push(at);
      else if (op !== OP.fail) throw new Error(`an instruction ${op} of a pattern is not known`);
    }
    return { readers: Int32Array.from(readers), isMatch };
  }
}

function isReader({ op }: Instruction): boolean {
  return op >= OP.rune && op <= OP.anyRuneNotNewline;
}

function characterSetOf(instruction: Instruction): CharacterSet {
  const { op, runes } = instruction;
  if (op === OP.anyRune) return { bounds: [], has: () => true };
  if (op === OP.anyRuneNotNewline) {
    return { bounds: [NEWLINE, NEWLINE + 1], has: (codePoint) => codePoint !== NEWLINE };
  }
  const has = (codePoint: number) => instruction.matchRune(codePoint);
  if (runes.length === 1) {
    const forms = formsOf(runes[0] as number).filter(has);
    return { bounds: forms.flatMap((form) => [form, form + 1]), has };
  }
  return { bounds: Array.from(runes, (rune, at) => (at % 2 === 0 ? rune : rune + 1)), has };
}

/** Forms of letters that are neither the lower nor the upper case of another (https://www.unicode.org/Public/UCD/latest/ucd/CaseFolding.txt). */
const OTHER_FORMS =
  '\u017f\u212a\u212b\u2126\u00b5\u03c2\u03d0\u03d1\u03d5\u03d6\u03f0\u03f1\u03f4\u03f5\u1e9b\u1e9e\u1fbe\u0345';

/** A letter in all cases that it may have. */
function formsOf(codePoint: number): number[] {
  const letter = String.fromCodePoint(codePoint);
  const forms = [letter, letter.toLowerCase(), letter.toUpperCase(), letter.toLowerCase().toUpperCase()];
  forms.push(letter.toUpperCase().toLowerCase(), ...OTHER_FORMS);
  const codes = forms.map((form) => form.codePointAt(0) ?? 0).filter((code) => code <= LAST_CODE_POINT);
  return [...new Set(codes)];
}
