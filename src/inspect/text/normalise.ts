import { composedOf, syllableOf } from './compositions.ts';
import { EXPANSION_FORMS, FORMS, formOfPair } from './forms.ts';
import { characterAt, characterStart, MAX_MARKS, Marks, writeCharacter } from './marks.ts';
import { EXPANSIONS, expansionOf, FORM, MAX_EXPANSION } from './nfkc.ts';
import { ONE_STRETCH, type Starts, Stretches } from './stretches.ts';
import { codePointOf, isLowSurrogate } from './surrogates.ts';
import { UnitBuffer } from './unit-buffer.ts';

/** A text in one spelling. Where it is as it was, it has one stretch. */
export interface Normalised extends Starts {
  text: string;
  /** What it took beside looking at each unit, in steps (see Work). */
  steps: number;
}

const ASCII_ONLY = /^[\0-\x7f]*$/;
/** Of each character that does not become one by itself, of those that become several, and of each mark in a row with others. */
const SPECIAL_STEPS = 7;
const EXPANDED_STEPS = 6;
const ROW_STEPS = 5;
/** Units of a piece, or somewhat more: longer texts are taken apart, so that little memory is kept. */
const PIECE = 2 ** 16;
/** A form that is a unit has no other bits. */
const UNIT_BITS = 16;
/** Here as well, as what is imported is looked up each time. */
const { removed: REMOVED, pair: PAIR, stays: STAYS, second: SECOND } = FORM;
const { expanded: EXPANDED, expandedSecond: EXPANDED_SECOND } = FORM;

const original = new UnitBuffer();
const written = new UnitBuffer();
const marks = new Marks();

/** The text of what normalise() gives. */
export function normaliseText(text: string): string {
  return normalise(text).text;
}

/**
 * One spelling for what looks alike: without what is invisible, and with compatibility forms as the characters that they are
 * a form of (NFKC, https://www.unicode.org/reports/tr15/). Plain ASCII comes back as it is. The text becomes three times as
 * long at most.
 */
export function normalise(text: string): Normalised {
  if (ASCII_ONLY.test(text)) return { text, steps: 0, ...ONE_STRETCH };
  const end = pieceEnd(text, 0);
  return end === text.length ? normalisePiece(text) : normalisePieces(text, end);
}

/** Where the piece of a text ends that starts at a place: at its end, or before a character that what is before it has nothing to do with. */
function pieceEnd(text: string, start: number): number {
  let end = start + PIECE;
  while (end < text.length && !isSteady(text.charCodeAt(end), FORMS[text.charCodeAt(end)] as number))
    end += 1;
  return Math.min(end, text.length);
}

/** The same of a text of several pieces. @param firstEnd where the first of them ends */
function normalisePieces(text: string, firstEnd: number): Normalised {
  let normalised = '';
  let steps = 0;
  const starts: number[] = [];
  const normalisedStarts: number[] = [];
  for (let start = 0, end = firstEnd; start < text.length; start = end, end = pieceEnd(text, start)) {
    const piece = normalisePiece(text.slice(start, end));
    for (const place of piece.starts) starts.push(start + place);
    for (const place of piece.normalisedStarts) normalisedStarts.push(normalised.length + place);
    normalised += piece.text;
    steps += piece.steps;
  }
  return {
    text: normalised,
    steps,
    starts: Int32Array.from(starts),
    normalisedStarts: Int32Array.from(normalisedStarts),
  };
}

/** One pass, in which what becomes of each character is looked up, and marks are put in order. */
function normalisePiece(text: string): Normalised {
  const { length } = text;
  original.write(text);
  written.reserve(MAX_EXPANSION * length);
  const { units } = original;
  const { units: all } = written;
  const forms = FORMS;
  const stretches = new Stretches(length);
  let specials = 0;
  let expanded = 0;
  marks.inRows = 0;
  /** What follows may be composed with characters from here on. */
  let first = 0;
  let to = 0;
  for (let at = 0; at < length; at += 1) {
    const unit = units[at] as number;
    let form = forms[unit] as number;
    if (form >>> UNIT_BITS === 0) {
      if (marks.count > 0) to = marks.write(all, first, to);
      if (at >= stretches.end && !isLowSurrogate(unit)) first = stretches.begin(at, to);
      all[to++] = form;
      continue;
    }
    specials += 1;
    const from = at;
    let character = unit;
    if (form === PAIR) {
      const second = secondOfPair(units, length, at);
      const low = second < 0 ? 0 : (units[second] as number);
      form = second < 0 ? STAYS : formOfPair(unit, low);
      // The second unit of a pair that stays is looked at by itself, and stays.
      if (form !== STAYS) {
        character = codePointOf(unit, low);
        at = second;
      }
    }
    if (form < 0 || form >= EXPANDED_SECOND) {
      if (marks.count >= MAX_MARKS) {
        to = marks.write(all, first, to);
        first = stretches.begin(from, to);
      } else if (from >= stretches.end && form > 0) {
        const second = secondOfExpansion(form);
        if (second !== 0) {
          if (marks.count > 0) to = marks.write(all, first, to);
          if (composedWithLast(all, first, to, second) === 0) first = stretches.begin(from, to);
        }
      }
    } else {
      if (form === REMOVED) continue;
      if (marks.count > 0) to = marks.write(all, first, to);
      if (from >= stretches.end && (form !== SECOND || composedWithLast(all, first, to, character) === 0))
        first = stretches.begin(from, to);
    }
    if (form < 0) marks.add(form, character);
    else if (form === STAYS) all[to++] = unit;
    else if (form === SECOND) to = writeSecond(all, first, to, character);
    else if (form < EXPANDED) all[to++] = form;
    else {
      expanded += 1;
      to = writeExpansion(all, first, to, form);
    }
  }
  if (marks.count > 0) to = marks.write(all, first, to);
  const steps = SPECIAL_STEPS * specials + EXPANDED_STEPS * expanded + ROW_STEPS * marks.inRows;
  if (to === length && written.startsLike(original, length)) return { text, steps, ...ONE_STRETCH };
  return { text: written.read(0, to), steps, ...stretches.places() };
}

/** Where the second unit of a pair is whose first one is at a place: what is removed may be in between. -1 where there is none. */
function secondOfPair(units: Uint16Array, length: number, at: number): number {
  for (let next = at + 1; next < length; next += 1) {
    const unit = units[next] as number;
    if (isLowSurrogate(unit)) return next;
    const form = FORMS[unit] as number;
    if (form === REMOVED) continue;
    const low = form === PAIR && next + 1 < length ? (units[next + 1] as number) : 0;
    if (!isLowSurrogate(low) || formOfPair(unit, low) !== REMOVED) return -1;
    next += 1;
  }
  return -1;
}

/** Writes a character that may be composed with the one before it. @returns where it ends */
function writeSecond(all: Uint16Array, first: number, to: number, character: number): number {
  const composed = composedWithLast(all, first, to, character);
  return composed === 0
    ? writeCharacter(all, to, character)
    : writeCharacter(all, characterStart(all, first, to), composed);
}

/** What a character and the last one that is written are composed to; 0 where they are not. */
function composedWithLast(all: Uint16Array, first: number, to: number, character: number): number {
  const last = characterAt(all, characterStart(all, first, to), to);
  return syllableOf(last, character) || composedOf(last, character);
}

/** The first character of those that replace one, which may be composed with the one before it; 0 where that is a mark. */
function secondOfExpansion(form: number): number {
  const at = expansionOf(form);
  return EXPANSION_FORMS[at] === SECOND ? (EXPANSIONS[at] as number) : 0;
}

/** Writes the characters that replace one, up to marks at their end. @returns where they end */
function writeExpansion(all: Uint16Array, first: number, to: number, form: number): number {
  let end = to;
  for (let at = expansionOf(form); (EXPANSIONS[at] as number) >= 0; at += 1) {
    const character = EXPANSIONS[at] as number;
    const formOfIt = EXPANSION_FORMS[at] as number;
    if (formOfIt < 0) {
      marks.add(formOfIt, character);
      continue;
    }
    if (marks.count > 0) end = marks.write(all, first, end);
    end = formOfIt === SECOND ? writeSecond(all, first, end, character) : writeCharacter(all, end, character);
  }
  return end;
}

/** Whether no character before one that begins with a unit has to do with it. */
function isSteady(unit: number, form: number): boolean {
  return form >>> UNIT_BITS === 0 ? !isLowSurrogate(unit) : form >= EXPANDED && form < EXPANDED_SECOND;
}
