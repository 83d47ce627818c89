import { composeCompatibility } from './compatibility.ts';
import { removeInvisible } from './invisible.ts';

const ASCII_ONLY = /^[\0-\x7f]*$/;

/** One spelling for what looks alike. Plain ASCII comes back as it is. */
export function normaliseText(text: string): string {
  return ASCII_ONLY.test(text) ? text : composeCompatibility(removeInvisible(text));
}

/**
 * Where in the text a position of its normalised form is; both count UTF-16 units. Linear: the half that the position is
 * in is looked at more closely, again and again.
 */
export function originalPosition(text: string, normalised: string, position: number): number {
  if (normalised === text || position <= 0) return Math.min(Math.max(position, 0), text.length);
  let from = 0;
  let to = text.length;
  let left = position;
  while (to - from > 1) {
    const middle = beforePair(text, (from + to) >>> 1);
    if (middle === from) break;
    const { length } = normaliseText(text.slice(from, middle));
    if (length > left) to = middle;
    else {
      left -= length;
      from = middle;
    }
  }
  return left < normaliseText(text.slice(from, to)).length ? from : to;
}

/** The position itself, or the one before it where it would tear a pair of surrogates. */
function beforePair(text: string, position: number): number {
  const code = text.charCodeAt(position);
  return code >= 0xdc00 && code < 0xe000 ? position - 1 : position;
}
