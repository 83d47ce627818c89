import { composedOf, staysAfter } from './compositions.ts';
import { FORMS, formOfPair, LAST_MARKS } from './forms.ts';
import { EXPANDED, EXPANSIONS, FORM, MAX_EXPANSION } from './nfkc.ts';
import { isLowSurrogate } from './surrogates.ts';
import { UnitBuffer } from './unit-buffer.ts';

/** A text in one spelling. */
export interface Normalised {
  text: string;
  /** How many units were left to String.normalize, which takes as long as reading them: stretches with characters that are hard. */
  hardUnits: number;
  /** Where stretches that do not depend on each other start: in the text as it was, and in `text`. Only the first one where it is as it was. */
  starts: Int32Array;
  normalisedStarts: Int32Array;
}

const ASCII_ONLY = /^[\0-\x7f]*$/;
/** Units that a stretch has, or somewhat more. */
const STRETCH = 256;
/**
 * Marks in a row that are put in order: String.normalize takes time quadratic in their number. None needs more
 * (https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format).
 */
const MAX_MARKS = 30;
/** Marks that one is put before at most, without String.normalize. */
const MAX_MOVES = 8;
/** Units of a piece, or somewhat more: longer texts are taken apart, so that little memory is kept. */
const PIECE = 2 ** 16;
const FIRST_LOW = 0xdc00;
const LOWS = 0x400;
const WHOLE = Int32Array.of(0);
/** Here as well, as what is imported is looked up each time. */
const { same: SAME, removed: REMOVED, pair: PAIR, composed: COMPOSED, hard: HARD } = FORM;

const original = new UnitBuffer();
const written = new UnitBuffer();

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
  if (ASCII_ONLY.test(text)) return { text, hardUnits: 0, starts: WHOLE, normalisedStarts: WHOLE };
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
  let hardUnits = 0;
  const starts: number[] = [];
  const normalisedStarts: number[] = [];
  for (let start = 0, end = firstEnd; start < text.length; start = end, end = pieceEnd(text, start)) {
    const piece = normalisePiece(text.slice(start, end));
    for (const place of piece.starts) starts.push(start + place);
    for (const place of piece.normalisedStarts) normalisedStarts.push(normalised.length + place);
    normalised += piece.text;
    hardUnits += piece.hardUnits;
  }
  return {
    text: normalised,
    hardUnits,
    starts: Int32Array.from(starts),
    normalisedStarts: Int32Array.from(normalisedStarts),
  };
}

/** One pass, in which all that can be told of a character by those next to it is done. */
function normalisePiece(text: string): Normalised {
  const { length } = text;
  original.write(text);
  written.reserve(MAX_EXPANSION * length);
  const { units } = original;
  const { units: all } = written;
  const forms = FORMS;
  const expansions = EXPANSIONS;
  const starts = new Int32Array(Math.ceil(length / MAX_MARKS) + 1);
  const normalisedStarts = new Int32Array(starts.length);
  let stretches = 1;
  let stretchEnd = STRETCH;
  const areHard = new Uint8Array(starts.length);
  let isChanged = false;
  /** The character before the last marks, and how many they are, with others that are hard. */
  let marked = 0;
  let marks = 0;
  let to = 0;
  for (let at = 0; at < length; at += 1) {
    const unit = units[at] as number;
    let form = forms[unit] as number;
    if (at >= stretchEnd && isSteady(unit, form)) {
      starts[stretches] = at;
      normalisedStarts[stretches] = to;
      stretches += 1;
      stretchEnd = at + STRETCH;
    }
    if (form === SAME) {
      all[to++] = unit;
      // The second unit of a pair leaves it as it is, without a branch.
      marks &= -(((unit ^ FIRST_LOW) - LOWS) >>> 31);
      continue;
    }
    if (form === PAIR) {
      const low = at + 1 < length ? (units[at + 1] as number) : 0;
      // A second unit may come next once what is between them is removed.
      form = isLowSurrogate(low) ? formOfPair(unit, low) : HARD;
      // The second unit of a pair that stays is looked at by itself, and stays.
      if (form === REMOVED || form > HARD) at += 1;
    }
    if (form === REMOVED || form > HARD) isChanged = true;
    if (form < 0 || form === HARD) marks += 1;
    else if (form !== REMOVED) marks = 0;
    if (marks > MAX_MARKS) {
      starts[stretches] = at;
      normalisedStarts[stretches] = to;
      stretches += 1;
      marks = 1;
    }
    if (form >= EXPANDED) {
      const first = form - EXPANDED;
      for (let from = first; from < first + MAX_EXPANSION; from += 1) {
        all[to] = expansions[from] as number;
        to += expansions[from] === 0 ? 0 : 1;
      }
    } else if (form > HARD) all[to++] = form;
    else if (form < 0) {
      const before = to > 0 ? (all[to - 1] as number) : 0;
      const formBefore = forms[before] as number;
      if (formBefore >= SAME) marked = before;
      const isAfterComposed = forms[marked] === COMPOSED;
      const composed = form === formBefore || isAfterComposed ? 0 : composedOf(marked, unit);
      const stays = isAfterComposed ? staysAfter(marked, unit) : composed === 0;
      const first = normalisedStarts[stretches - 1] as number;
      let place = to;
      if (formBefore === SAME && composed !== 0) {
        place -= 1;
        isChanged = true;
      } else if (formBefore < 0 && stays) {
        // After other marks it stays as well, or is put before those that it belongs before.
        for (let moves = 0; moves < MAX_MOVES && place > first; moves += 1) {
          const other = all[place - 1] as number;
          if (!isPutBefore(form, forms[other] as number)) break;
          all[place] = other;
          place -= 1;
          isChanged = true;
        }
      }
      const formThere = place > first ? (forms[all[place - 1] as number] as number) : SAME;
      const isPlaced =
        formBefore === SAME ||
        (formBefore === COMPOSED && stays) ||
        (formBefore < 0 && stays && !isPutBefore(form, formThere));
      if (!isPlaced || (formBefore === LAST_MARKS && form !== LAST_MARKS)) areHard[stretches - 1] = 1;
      if (formBefore === SAME && composed !== 0) all[place] = composed;
      else {
        all[place] = unit;
        to += 1;
      }
    } else if (form !== REMOVED) {
      if (form === HARD) areHard[stretches - 1] = 1;
      all[to++] = unit;
    }
  }
  const isHard = areHard.includes(1);
  if (!isChanged && !isHard) return { text, hardUnits: 0, starts: WHOLE, normalisedStarts: WHOLE };
  written.length = to;
  const pass = { starts: starts.slice(0, stretches), normalisedStarts: normalisedStarts.slice(0, stretches) };
  if (!isHard) return { text: written.read(0, to), hardUnits: 0, ...pass };
  let hardUnits = 0;
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    if (areHard[stretch] === 1)
      hardUnits += (pass.starts[stretch + 1] ?? length) - (pass.starts[stretch] as number);
  }
  return { text: normaliseStretches(pass.normalisedStarts, areHard), hardUnits, ...pass };
}

/** Whether a mark is put before another one that it stands after, by their forms. */
function isPutBefore(form: number, other: number): boolean {
  return other < form && other !== LAST_MARKS;
}

/** Whether no character before one that begins with a unit has to do with it. */
function isSteady(unit: number, form: number): boolean {
  return form === SAME ? !isLowSurrogate(unit) : form === COMPOSED || form > HARD;
}

/** What is written, with stretches that are hard normalised. @param starts of stretches, which become those of what they become */
function normaliseStretches(starts: Int32Array, areHard: Uint8Array): string {
  let text = '';
  for (let stretch = 0; stretch < starts.length; stretch += 1) {
    const part = written.read(starts[stretch] as number, starts[stretch + 1] ?? written.length);
    starts[stretch] = text.length;
    text += areHard[stretch] === 1 ? part.normalize('NFKC') : part;
  }
  return text;
}
