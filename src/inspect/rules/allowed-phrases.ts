import { UnitBuffer } from '../text/unit-buffer.ts';
import { isUnspaced } from '../words/characters.ts';
import { foldText } from './fold.ts';
import { LiteralScanner } from './literal-scanner.ts';

/** Phrases that are no part of an attack, wherever they stand. */
export interface AllowedPhrases {
  /**
   * A text with spaces in the place of each phrase, so that it is judged by what else it says. It is as long as it
   * was: every place stays what it is. Linear in the text's length.
   */
  blank(text: string): string;
}

/** One word alone would be taken out of every attack that has it. */
const MIN_CHARACTERS = 8;
const MAX_CHARACTERS = 1_000;

/** What is wrong with a phrase; undefined where nothing is. */
export function phraseProblem(phrase: string): string | undefined {
  const { length } = wordsOf(phrase).join('');
  if (length < MIN_CHARACTERS) {
    return `expected at least ${MIN_CHARACTERS} characters: a shorter phrase would be taken out of attacks, too`;
  }
  return length > MAX_CHARACTERS ? `expected at most ${MAX_CHARACTERS} characters` : undefined;
}

/** @param phrases nothing is wrong with; case, accents and the kind of white space do not count */
export function compilePhrases(phrases: readonly string[]): AllowedPhrases {
  if (phrases.length === 0) return { blank: (text) => text };
  const words = phrases.map((phrase) => wordsOf(foldText(phrase)));
  const last = [...new Set(words.map((list) => list.at(-1) as string))];
  const byLast = last.map((word) => words.filter((list) => list.at(-1) === word));
  const scanner = new LiteralScanner(last);
  const units = new UnitBuffer();
  return {
    blank(text) {
      const spans: [start: number, end: number][] = [];
      let folded: string | undefined;
      units.write(text);
      scanner.scan(units, (literal, end) => {
        folded ??= foldText(text);
        for (const list of byLast[literal] as string[][]) {
          const start = startOfPhrase(folded, list, end);
          if (start !== undefined) spans.push([start, end]);
        }
      });
      return blanked(text, spans);
    },
  };
}

function wordsOf(phrase: string): string[] {
  return phrase.split(/\s+/).filter((word) => word !== '');
}

/** Where a phrase that ends at a place starts; undefined where it does not end there. */
function startOfPhrase(folded: string, words: readonly string[], end: number): number | undefined {
  let at = end;
  for (let word = words.length - 1; word >= 0; word -= 1) {
    const text = words[word] as string;
    if (!folded.endsWith(text, at)) return undefined;
    at -= text.length;
    if (word === 0) break;
    const gapEnd = at;
    while (at > 0 && isSpace(folded.charCodeAt(at - 1))) at -= 1;
    if (at === gapEnd) return undefined;
  }
  return isWithinWord(folded, at) || isWithinWord(folded, end) ? undefined : at;
}

function isSpace(unit: number): boolean {
  return unit <= 32 || /\s/.test(String.fromCharCode(unit));
}

/** Whether a place lies between two characters of one word; scripts that put no space between words have no such places. */
function isWithinWord(text: string, at: number): boolean {
  if (at === 0 || at === text.length || !/^[\p{L}\p{N}_]{2}$/u.test(text.slice(at - 1, at + 1))) return false;
  return !isUnspaced(text.charCodeAt(at - 1)) && !isUnspaced(text.charCodeAt(at));
}

/** @param spans in the order of their ends */
function blanked(text: string, spans: readonly (readonly [start: number, end: number])[]): string {
  let rest = text.length;
  const parts: string[] = [];
  for (const [start, end] of spans.toReversed()) {
    if (start >= rest) continue;
    const from = Math.min(end, rest);
    parts.push(text.slice(from, rest), ' '.repeat(from - start));
    rest = start;
  }
  parts.push(text.slice(0, rest));
  return parts.length === 1 ? text : parts.toReversed().join('');
}
