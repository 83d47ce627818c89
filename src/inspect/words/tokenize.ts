import {
  APOSTROPHE,
  ASCII_KIND,
  ASCII_LETTER,
  ASCII_LOWER,
  BETWEEN,
  DIGIT,
  isUnspaced,
  isWordBeyondAscii,
  kindBeyondAscii,
  LATIN_BASE,
  LATIN_END,
  LEET,
  LETTER,
  LOOKALIKE_END,
  LOOKALIKE_LETTER,
  lowerBeyondLatin,
} from './characters.ts';
import { appendLetter, LETTER_VALUE, mix } from './hash.ts';

/** Letters at a word's start that stand for its other forms. */
const STEM_LETTERS = 5;
/** All numbers count as one word. */
const NUMBER = 7;
const APOSTROPHE_CODE = 0x27;
const SPACE = 0x20;
const TAB = 0x09;
/** Most white space between a quote and what joins it. */
const MAX_JOINT_SPACE = 4;
/** How what joins two strings begins. */
const JOINTS = new Set(Array.from('+.&|', (mark) => mark.charCodeAt(0)));

/** How a word is written in something else than its letters. */
export const MISREAD = { nothing: 0, leetspeak: 1, lookalikes: 2 } as const;

/** A text's words, as parallel arrays of which the first `count` entries hold. */
export interface Words {
  count: number;
  /** How many were looked at for leetspeak and lookalikes as well. */
  readTwice: number;
  /** Of the letters: lower case, without accents, lookalikes and leetspeak replaced. */
  hash: Int32Array;
  /** Hash of the first letters; 0 where the word is no longer than these. */
  stem: Int32Array;
  /** The same for every order of the letters. */
  letters: Int32Array;
  /** In letters; 0 for a number. */
  length: Uint8Array;
  /** Index of the first UTF-16 unit. */
  start: Int32Array;
  /** What stands before: one of BETWEEN. */
  before: Uint8Array;
  /** How the letters were replaced that are none: one of MISREAD. */
  misread: Uint8Array;
  /** Whether something that joins two strings may follow a quote. */
  hasJoints: boolean;
  /** The text's UTF-16 units: reading them from here is twice as fast as from strings of several kinds. */
  codes: Uint16Array;
  /** The same memory, for a text to be written to. */
  bytes: Buffer;
}

export function createWords(capacity: number): Words {
  const codes = new Uint16Array(capacity + 1);
  return {
    count: 0,
    readTwice: 0,
    hash: new Int32Array(capacity),
    stem: new Int32Array(capacity),
    letters: new Int32Array(capacity),
    length: new Uint8Array(capacity),
    start: new Int32Array(capacity),
    before: new Uint8Array(capacity),
    misread: new Uint8Array(capacity),
    hasJoints: false,
    codes,
    bytes: Buffer.from(codes.buffer),
  };
}

/** Adds a word as the last one. */
function pushWord(
  words: Words,
  hash: number,
  stem: number,
  letters: number,
  length: number,
  start: number,
  before: number,
): void {
  const { count } = words;
  words.hash[count] = hash;
  words.stem[count] = stem;
  words.letters[count] = letters;
  words.length[count] = Math.min(length, 255);
  words.start[count] = start;
  words.before[count] = before;
  words.misread[count] = MISREAD.nothing;
  words.count = count + 1;
}

/**
 * Splits a normalised text into words. One pass; no string is made.
 * @param words is overwritten; its capacity must be at least the text's length
 */
export function tokenize(text: string, words: Words): void {
  const { codes } = words;
  const end = text.length;
  words.bytes.write(text, 'utf16le');
  // No character of a word: where the text ends, a word does.
  codes[end] = 0;
  words.count = 0;
  words.readTwice = 0;
  words.hasJoints = false;
  let before: number = BETWEEN.start;
  let previousIsLatin = false;
  let at = 0;
  while (at < end) {
    const code = codes[at] as number;
    if (code < 128) {
      const kind = ASCII_KIND[code] as number;
      if (kind < LETTER || kind === APOSTROPHE) {
        at += 1;
        if (kind === APOSTROPHE || kind === BETWEEN.quote) words.hasJoints ||= isJoint(codes, at);
        if (before === BETWEEN.nothing) before = kind === APOSTROPHE ? BETWEEN.quote : kind;
        else if (kind !== BETWEEN.space) {
          before = strongest(before, kind === APOSTROPHE ? BETWEEN.quote : kind);
        }
        continue;
      }
    } else if (!isWordBeyondAscii(code)) {
      before = strongest(before, kindBeyondAscii(code));
      at += 1;
      continue;
    } else if (isUnspaced(code)) {
      pushWord(words, mix(code, 0), 0, 0, 1, at, before);
      before = BETWEEN.nothing;
      at += 1;
      continue;
    }
    const start = at;
    let digits = 0;
    let foreign = 0;
    let hash = 0;
    let stem = 0;
    let letters = 0;
    let length = 0;
    for (;;) {
      let letter = codes[at] as number;
      if (letter < 128) {
        const lower = ASCII_LETTER[letter] as number;
        if (lower !== 0) letter = lower;
        else if (ASCII_KIND[letter] === DIGIT) digits += 1;
        else if (letter === APOSTROPHE_CODE && isAsciiLetter(codes[at + 1] as number)) {
          at += 1;
          continue;
        } else break;
      } else if (!isWordBeyondAscii(letter) || isUnspaced(letter)) break;
      else if (letter < LATIN_END) letter = LATIN_BASE[letter] as number;
      else {
        foreign += 1;
        letter = lowerBeyondLatin(letter);
      }
      if (length === STEM_LETTERS) stem = mix(hash, STEM_LETTERS);
      hash = appendLetter(hash, letter);
      letters = (letters + (LETTER_VALUE[letter & 255] as number)) | 0;
      length += 1;
      at += 1;
    }
    const isLatin = foreign + digits < length;
    const isNumber = length > 0 && digits === length;
    if (isNumber) pushWord(words, NUMBER, 0, 0, 0, start, before);
    else pushWord(words, hash, stem, letters, length, start, before);
    if (!isNumber && (digits > 0 || (foreign > 0 && (isLatin || previousIsLatin)))) {
      words.readTwice += 1;
      readAgain(words, start, at, digits > 0 ? MISREAD.leetspeak : MISREAD.lookalikes);
    }
    previousIsLatin = isLatin;
    before = BETWEEN.nothing;
  }
}

/** Reads the last word with leetspeak and lookalikes replaced, unless it has a foreign letter that looks like none. */
function readAgain(words: Words, start: number, end: number, misread: number): void {
  let hash = 0;
  let stem = 0;
  let letters = 0;
  let length = 0;
  for (let at = start; at < end; at += 1) {
    const code = words.codes[at] as number;
    if (code === APOSTROPHE_CODE) continue;
    let letter = 0;
    if (code < 128) letter = LEET[code] || (ASCII_LOWER[code] as number);
    else if (code < LATIN_END) letter = LATIN_BASE[code] as number;
    else if (code < LOOKALIKE_END) letter = LOOKALIKE_LETTER[code] as number;
    if (letter === 0) return;
    if (length === STEM_LETTERS) stem = mix(hash, STEM_LETTERS);
    hash = appendLetter(hash, letter);
    letters = (letters + (LETTER_VALUE[letter & 255] as number)) | 0;
    length += 1;
  }
  const last = words.count - 1;
  words.hash[last] = hash;
  words.stem[last] = stem;
  words.letters[last] = letters;
  words.misread[last] = misread;
}

/** Whether what joins strings stands after a quote: a plus, a dot, an ampersand or bars. */
function isJoint(codes: Uint16Array, afterQuote: number): boolean {
  let at = afterQuote;
  while (at - afterQuote < MAX_JOINT_SPACE && (codes[at] === SPACE || codes[at] === TAB)) at += 1;
  return JOINTS.has(codes[at] as number);
}

function isAsciiLetter(code: number): boolean {
  return code < 128 && ASCII_LETTER[code] !== 0;
}

/** A line's end says more than what follows it, save a comment's mark; anything says more than a space. */
function strongest(before: number, kind: number): number {
  if (before === BETWEEN.nothing) return kind;
  if (kind === BETWEEN.space || before === BETWEEN.start) return before;
  return before === BETWEEN.line && kind !== BETWEEN.mark ? before : kind;
}
