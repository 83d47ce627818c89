import type { Decoded } from './decoder.ts';
import { Rewriting } from './rewriting.ts';

/** What joins two strings with the same quotes: JavaScript, Python and Java's +, PHP's and Lua's dots, BASIC's &, SQL's ||. */
const JOINTS = /(["'`])[ \t]{0,4}(?:\+|\.{1,2}|&|\|\|)[ \t\n\\]{0,9}\1/g;
/** Strings that are put together are looked for this far around the joint. */
const MAX_STRING = 300;

/** Puts strings together: `"igno" + "re all"`. */
export function decodeConcatenation(text: string): Decoded[] {
  const rewriting = new Rewriting(text);
  let start = -1;
  let copied = 0;
  let closing = -1;
  for (const { 0: joint, 1: quote = '', index } of text.matchAll(JOINTS)) {
    const opening = openingQuote(text, quote, copied, index);
    if (opening >= 0) {
      // A chain begins here: the one before it has ended.
      if (closing >= 0 && closing < opening) {
        rewriting.copy(copied, closing);
        copied = closing + 1;
      }
      rewriting.copy(copied, opening);
      copied = opening + 1;
    }
    if (start < 0) start = Math.max(opening, 0);
    rewriting.copy(copied, index);
    copied = index + joint.length;
    closing = text.indexOf(quote, copied);
  }
  if (start < 0) return [];
  if (closing >= 0 && closing - copied <= MAX_STRING) {
    rewriting.copy(copied, closing);
    copied = closing + 1;
  }
  rewriting.copy(copied, text.length);
  return [rewriting.decoded(start, text.length)];
}

/** The quote that opens the string which ends at a place; -1 where that string is itself put together. */
function openingQuote(text: string, quote: string, from: number, end: number): number {
  const least = Math.max(from, end - MAX_STRING);
  for (let at = end - 1; at >= least; at -= 1) if (text[at] === quote) return at;
  return -1;
}
