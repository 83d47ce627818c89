import {
  APOSTROPHE,
  ASCII_KIND,
  ASCII_LETTER,
  BETWEEN,
  DIGIT,
  isUnspaced,
  isWordBeyondAscii,
  kindBeyondAscii,
  LATIN_BASE,
  LATIN_END,
  lowerBeyondLatin,
} from './characters.ts';
import { BASE } from './hash.ts';

/** What a word's characters are, as bits. */
export const OF_WORD = { latin: 1, digit: 2, foreign: 4, unspaced: 8 } as const;
export const OF_WORD_BITS = 4;

/** Classes of units: those of BETWEEN, and more where more is to be known of one. */
const CLASSES = 32;
const CLASS_MASK = CLASSES - 1;
const CLASS = {
  /** Spaces and tabs. */
  gap: 12,
  otherInJoint: 13,
  sentenceInJoint: 14,
  openInJoint: 15,
  openingQuote: 16,
  apostrophe: 17,
  /** One before a letter of ASCII. Its number is the one after that of others. */
  apostropheInWord: 18,
  unspaced: 19,
  letter: 20,
} as const;

/** Bits of a unit's entry beside its class: whether it is an apostrophe, and whether it is a letter of ASCII. */
const APOSTROPHE_BIT = 5;
const ASCII_LETTER_BIT = 6;
/** Whether it belongs to a word, and is one of OF_WORD. */
const WORD_BIT = 7;
const OF_WORD_BIT = 8;
const OF_WORD_MASK = (1 << OF_WORD_BITS) - 1;
/** What it counts as within a word: in lower case and without accents. */
const LETTER_BIT = 16;

/** Of each UTF-16 unit what it is to the reader of words: branches on it could not be foretold. */
const UNITS = new Int32Array(0x10000);
// A callback for each takes many times as long.
for (let unit = 0; unit < UNITS.length; unit += 1) UNITS[unit] = entryOf(unit);

function entryOf(unit: number): number {
  if (unit < 128) {
    const letter = ASCII_LETTER[unit] as number;
    if (letter !== 0) return wordEntry(CLASS.letter, OF_WORD.latin, letter) | (1 << ASCII_LETTER_BIT);
    const kind = ASCII_KIND[unit] as number;
    if (kind === DIGIT) return wordEntry(CLASS.letter, OF_WORD.digit, unit);
    if (kind === APOSTROPHE) return CLASS.apostrophe | (1 << APOSTROPHE_BIT);
    return asciiClass(String.fromCharCode(unit), kind);
  }
  if (!isWordBeyondAscii(unit)) return kindBeyondAscii(unit);
  if (isUnspaced(unit)) return wordEntry(CLASS.unspaced, OF_WORD.unspaced, unit);
  return unit < LATIN_END
    ? wordEntry(CLASS.letter, OF_WORD.latin, LATIN_BASE[unit] as number)
    : wordEntry(CLASS.letter, OF_WORD.foreign, lowerBeyondLatin(unit));
}

function wordEntry(unitClass: number, ofWord: number, letter: number): number {
  return unitClass | (1 << WORD_BIT) | (ofWord << OF_WORD_BIT) | (letter << LETTER_BIT);
}

/** What joins two strings is told from others of its kind: a plus, a dot, an ampersand and bars. */
function asciiClass(character: string, kind: number): number {
  if (character === '.') return CLASS.sentenceInJoint;
  if (character === '|') return CLASS.openInJoint;
  if (character === '+' || character === '&') return CLASS.otherInJoint;
  if (character === ' ' || character === '\t') return CLASS.gap;
  return kind === BETWEEN.quote ? CLASS.openingQuote : kind;
}

/** Most white space between a quote and what joins it. */
const MAX_JOINT_GAP = 4;
/** Beside what was seen since the last word: nothing of a joint, a quote and the white space after it, or that this is within a word. */
const JOINT = { none: 0, quote: 1, inWord: 7 } as const;
const JOINTS = 8;

/** Of the entries of TRANSITIONS: where the next state's row is; whether a word starts here, and whether two strings may be joined. */
const ROW_MASK = 0xfff;
const JOINT_BIT = 14;
const START_BIT = 15;
/** From a state's row to what was seen since the last word, one of BETWEEN. */
const BETWEEN_SHIFT = 8;
/** The row of the state in which a text begins. */
const START_ROW = rowOf(BETWEEN.start, JOINT.none);

/** Of each state and each class of a unit what follows. */
const TRANSITIONS = new Uint16Array(ROW_MASK + 1);
for (const between of Object.values(BETWEEN)) {
  for (let joint = 0; joint < JOINTS; joint += 1) {
    for (let unitClass = 0; unitClass < CLASSES; unitClass += 1) {
      TRANSITIONS[rowOf(between, joint) + unitClass] = transition(between, joint, unitClass);
    }
  }
}

function rowOf(between: number, joint: number): number {
  return (between * JOINTS + joint) * CLASSES;
}

function transition(between: number, joint: number, unitClass: number): number {
  const isInWord = joint === JOINT.inWord;
  const inWord = rowOf(BETWEEN.nothing, JOINT.inWord);
  if (unitClass === CLASS.letter) return inWord | (isInWord ? 0 : 1 << START_BIT);
  if (unitClass === CLASS.unspaced) return rowOf(BETWEEN.nothing, JOINT.none) | (1 << START_BIT);
  if (unitClass === CLASS.apostropheInWord && isInWord) return inWord;
  const seen = strongest(between, kindOf(unitClass));
  if (isQuote(unitClass)) return rowOf(seen, JOINT.quote);
  const isAfterQuote = joint >= JOINT.quote && !isInWord;
  if (unitClass === CLASS.gap && isAfterQuote && joint < JOINT.quote + MAX_JOINT_GAP)
    return rowOf(seen, joint + 1);
  const joins = isAfterQuote && unitClass >= CLASS.otherInJoint && unitClass <= CLASS.openInJoint;
  return rowOf(seen, JOINT.none) | (joins ? 1 << JOINT_BIT : 0);
}

function isQuote(unitClass: number): boolean {
  return unitClass >= CLASS.openingQuote && unitClass <= CLASS.apostropheInWord;
}

/** What a class of what is between words is, one of BETWEEN. */
function kindOf(unitClass: number): number {
  if (isQuote(unitClass)) return BETWEEN.quote;
  if (unitClass === CLASS.gap) return BETWEEN.space;
  if (unitClass === CLASS.otherInJoint) return BETWEEN.other;
  if (unitClass === CLASS.sentenceInJoint) return BETWEEN.sentence;
  return unitClass === CLASS.openInJoint ? BETWEEN.open : unitClass;
}

/** A line's end says more than what follows it, save a comment's mark; anything says more than a space. */
function strongest(before: number, kind: number): number {
  if (before === BETWEEN.nothing) return kind;
  if (kind === BETWEEN.space || before === BETWEEN.start) return before;
  return before === BETWEEN.line && kind !== BETWEEN.mark ? before : kind;
}

/** Where a text's words are, as parallel arrays of which the first `count` entries hold, and what of them is found on the way. */
export interface WordStarts {
  count: number;
  /** Index of the first UTF-16 unit. */
  start: Int32Array;
  /** What stands before: one of BETWEEN. */
  before: Uint8Array;
  /** What its characters are: bits of OF_WORD. */
  ofWord: Uint8Array;
  /** How many letters of words stand before it. */
  firstLetter: Int32Array;
  /** Of each letter of words: the hash of all those before it. */
  hashes: Int32Array;
  /** Whether something that joins two strings may follow a quote. */
  hasJoints: boolean;
  /** The text's UTF-16 units: reading them from here is twice as fast as from strings of several kinds. */
  codes: Uint16Array;
}

/**
 * Finds where words start, what stands before each, and the hash of all letters up to it, so that a word's own is told by
 * those of its first and its last one. Without a branch, as where words end cannot be foretold and a wrong guess takes
 * longer than some characters do; and with constants of this file alone, as imported ones are looked up for each character.
 * @param words has the text's units, and after them one of no word; what is found is written to it
 */
export function findWordStarts(words: WordStarts, textLength: number): void {
  const { codes, start, before, ofWord, firstLetter, hashes } = words;
  const factor = BASE - 1;
  let row = START_ROW;
  let joints = 0;
  let count = 0;
  let letters = 0;
  let hash = 0;
  let bits = 0;
  let next = UNITS[codes[0] as number] as number;
  for (let at = 0; at < textLength; at += 1) {
    const unit = next;
    next = UNITS[codes[at + 1] as number] as number;
    const isInWord = (unit >>> APOSTROPHE_BIT) & (next >>> ASCII_LETTER_BIT) & 1;
    const entered = TRANSITIONS[row + (unit & CLASS_MASK) + isInWord] as number;
    start[count] = at;
    before[count] = row >>> BETWEEN_SHIFT;
    firstLetter[count] = letters;
    hashes[letters] = hash;
    const starts = entered >>> START_BIT;
    count += starts;
    bits = (bits & (starts - 1)) | ((unit >>> OF_WORD_BIT) & OF_WORD_MASK);
    // For now, of each word at the place after its own.
    ofWord[count] = bits;
    const isLetter = (unit >>> WORD_BIT) & 1;
    hash = (Math.imul(hash, 1 + (-isLetter & factor)) + (unit >>> LETTER_BIT)) | 0;
    letters += isLetter;
    joints |= entered;
    row = entered & ROW_MASK;
  }
  firstLetter[count] = letters;
  hashes[letters] = hash;
  words.count = count;
  words.hasJoints = ((joints >>> JOINT_BIT) & 1) === 1;
}
