import type { Work } from '../work.ts';
import type { Decoded } from './decoder.ts';
import { Rewriting } from './rewriting.ts';

/** What joins two strings with the same quotes: JavaScript, Python and Java's +, PHP's and Lua's dots, BASIC's &, SQL's ||. */
const JOINTS = /(["'`])[ \t]{0,4}(?:\+|\.{1,2}|&|\|\|)[ \t\n\\]{0,9}\1/g;
/** Strings that are put together are looked for this far around the joint; joints closer than twice that belong together. */
const MAX_STRING = 300;

/** What it costs to put two strings together, and a character of what is read. */
const JOINT_STEPS = 60;
const CHARACTER_STEPS = 2;

interface Joint {
  quote: string;
  start: number;
  end: number;
}

/** Puts strings together: `"igno" + "re all"`. What is around them on their lines belongs to it. */
export function decodeConcatenation(text: string, work: Work): Decoded[] {
  const groups: Joint[][] = [];
  for (const { 0: joint, 1: quote = '', index: start } of text.matchAll(JOINTS)) {
    if (!work.take(JOINT_STEPS)) return [];
    const group = groups.at(-1);
    const last = group?.at(-1);
    const found = { quote, start, end: start + joint.length };
    if (group === undefined || last === undefined || start - last.end > 2 * MAX_STRING) groups.push([found]);
    else group.push(found);
  }
  const decoded: Decoded[] = [];
  for (const group of groups) {
    const joined = joinStrings(text, group);
    if (!work.take(CHARACTER_STEPS * joined.text.length)) break;
    decoded.push(joined);
  }
  return decoded;
}

function joinStrings(text: string, joints: readonly Joint[]): Decoded {
  const rewriting = new Rewriting(text);
  const first = joints[0] as Joint;
  const last = joints.at(-1) as Joint;
  const start = lineStart(text, first.start);
  const end = lineEnd(text, last.end);
  let copied = start;
  let closing = -1;
  for (const { quote, start: jointStart, end: jointEnd } of joints) {
    const opening = openingQuote(text, quote, copied, jointStart);
    if (opening >= 0) {
      // A chain begins here: the one before it has ended.
      if (closing >= 0 && closing < opening) {
        rewriting.copy(copied, closing);
        copied = closing + 1;
      }
      rewriting.copy(copied, opening);
      copied = opening + 1;
    }
    rewriting.copy(copied, jointStart);
    copied = jointEnd;
    closing = closingQuote(text, quote, copied, end);
  }
  if (closing >= 0) {
    rewriting.copy(copied, closing);
    copied = closing + 1;
  }
  rewriting.copy(copied, end);
  return rewriting.decoded(start, end);
}

/** Not further than a string can be. */
function lineStart(text: string, position: number): number {
  const least = Math.max(position - MAX_STRING, 0);
  return Math.max(text.slice(least, position).lastIndexOf('\n') + 1 + least, least);
}

function lineEnd(text: string, position: number): number {
  const most = Math.min(position + MAX_STRING, text.length);
  const newline = text.slice(position, most).indexOf('\n');
  return newline < 0 ? most : position + newline;
}

/** The quote that opens the string which ends at a place; -1 where that string is itself put together. */
function openingQuote(text: string, quote: string, from: number, end: number): number {
  const least = Math.max(from, end - MAX_STRING);
  const at = text.slice(least, end).lastIndexOf(quote);
  return at < 0 ? -1 : least + at;
}

function closingQuote(text: string, quote: string, from: number, end: number): number {
  const at = text.slice(from, Math.min(end, from + MAX_STRING)).indexOf(quote);
  return at < 0 ? -1 : from + at;
}
