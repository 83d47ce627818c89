import { nearestWord } from './nearest-word.ts';

/** `; did you mean "unit"?` where a valid word looks like the wrong one, else nothing. */
export function suggestNearest(wrong: string, valid: readonly string[]): string {
  const nearest = nearestWord(wrong, valid);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}
