import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { Alphabet } from '../automaton/alphabet.ts';
import { Dfa } from '../automaton/dfa.ts';
import { Nfa } from '../automaton/nfa.ts';
import { foldAccents } from './fold.ts';
import { type RequiredLiterals, requiredLiterals } from './required-literals.ts';

/** What a pattern looks for: linear in a text's length, whatever the text holds. */
export interface Pattern {
  /** Of each list at least one stands in every match. */
  required: RequiredLiterals;
  /** Compiled when it is first called: that takes 1 to 2 ms, and most patterns hardly ever get so far. */
  automata(): Automata;
}

/** What finds a pattern: where a match ends, and of one that starts at a place how long it is. */
export interface Automata {
  search: Dfa;
  anchored: Dfa;
}

/** Longer ones are lists that belong into several rules. */
const MAX_CHARACTERS = 2_000;
/** Of the compiled pattern; the time for a character grows with them, in the worst case. */
const MAX_INSTRUCTIONS = 2_000;

/** A pattern that cannot be used. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  /** The part that is wrong, as it is written; empty for the whole. */
  readonly fragment: string;

  constructor(reason: string, fragment = '') {
    super(reason);
    this.fragment = fragment;
  }
}

/** Case does not count; ^ and $ stand at the ends of lines. */
const FLAGS = RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE;

/** @param source nothing is wrong with it: see checkPattern */
export function openPattern(source: string): Pattern {
  let automata: Automata | undefined;
  return {
    required: requiredLiterals(foldAccents(source)),
    automata() {
      automata ??= automataOf(source);
      return automata;
    },
  };
}

function automataOf(source: string): Automata {
  const nfa = new Nfa(compile(source));
  const alphabet = new Alphabet(nfa.sets);
  return { search: new Dfa(nfa, alphabet, false), anchored: new Dfa(nfa, alphabet, true) };
}

/**
 * Checks a pattern in the syntax of RE2.
 * @throws PatternError where it could take more than linear time (lookaround, backreferences), is not written right, or
 * holds no literal by which a text can be passed over quickly
 */
export function checkPattern(source: string): void {
  if (source.length > MAX_CHARACTERS) {
    throw new PatternError(`a pattern may have ${MAX_CHARACTERS} characters; split it into several rules`);
  }
  if (compile(source).programSize() > MAX_INSTRUCTIONS) {
    throw new PatternError('its repetitions unfold to too much; make them shorter');
  }
  if (requiredLiterals(source).length === 0) {
    throw new PatternError(
      'every match must hold at least three fixed characters in a row, such as a word, so that texts without them are passed over quickly',
    );
  }
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(foldAccents(source), FLAGS);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw new PatternError(explained(error), fragmentOf(error));
    if (error instanceof RE2JSException) throw new PatternError(error.message);
    throw error;
  }
}

/** What is not linear, by how it begins. */
const NOT_LINEAR: readonly [start: RegExp, what: string][] = [
  [/^\(\?<?[=!]/, 'lookaround'],
  [/^\\[1-9]|^\\k|^\(\?P$/, 'a backreference'],
  [/^\(\?>/, 'an atomic group'],
  [/^[*+?}]\+/, 'a possessive repetition'],
];

function explained(error: RE2JSSyntaxException): string {
  const fragment = fragmentOf(error);
  const what = NOT_LINEAR.find(([start]) => start.test(fragment))?.[1];
  if (error.getDescription() === 'invalid repeat count') {
    return 'a repetition may count to 1000, together with those within it';
  }
  if (what === undefined) return `${error.getDescription()} (RE2 syntax)`;
  return `${what} can take more than linear time and is not taken; write a pattern in RE2 syntax without it`;
}

/** Of a lookbehind its start, which says enough; without the flags that FLAGS put before a pattern. */
function fragmentOf(error: RE2JSSyntaxException): string {
  const fragment = error.getPattern() ?? '';
  return /^\(\?<[=!]/.exec(fragment)?.[0] ?? fragment.replace(/^(?:\(\?[mi]\))+/, '');
}
