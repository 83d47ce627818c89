import { closest, distance } from 'fastest-levenshtein';

/** A word further away than this, or than half its length, is not what the writer meant. */
const MAX_TYPING_ERRORS = 3;

/** `; did you mean "unit"?` where a valid word looks like the wrong one, else nothing. */
export function suggestNearest(wrong: string, valid: readonly string[]): string {
  const nearest = closest(wrong, valid);
  const most = Math.min(MAX_TYPING_ERRORS, Math.ceil(wrong.length / 2));
  return distance(wrong, nearest) <= most ? `; did you mean "${nearest}"?` : '';
}
