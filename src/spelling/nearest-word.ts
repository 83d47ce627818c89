import { closest, distance } from 'fastest-levenshtein';

/** A word further away than this, or than half its length, is not what the writer meant. */
const MAX_TYPING_ERRORS = 3;
/** Longer words are not compared: whoever sends one may make it as long as a body. */
const MAX_CHARACTERS = 64;

/** The valid word that looks most like a wrong one, if any does. */
export function nearestWord(wrong: string, valid: readonly string[]): string | undefined {
  if (valid.length === 0 || wrong.length > MAX_CHARACTERS) return undefined;
  const nearest = closest(wrong, valid);
  const most = Math.min(MAX_TYPING_ERRORS, Math.ceil(wrong.length / 2));
  return distance(wrong, nearest) <= most ? nearest : undefined;
}
