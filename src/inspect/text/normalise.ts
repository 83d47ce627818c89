import { composeCompatibility } from './compatibility.ts';
import { removeInvisible } from './invisible.ts';

const ASCII_ONLY = /^[\0-\x7f]*$/;
/** All that is looked for but in NFKC, or the first half of it: one look for all of it takes a third of the time of one for each. */
const RARE =
  /[\u00ad\u00bc-\u00be\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2057\u2060-\u206f\u2100-\u2106\u2150-\u2189\u2474-\u24b5\u2a0c\u3164\u321d\u321e\u32c0-\u33ff\ud82f\ud834\ud83c\udb40-\udb43\ufdf0-\ufe0f\ufeff\uffa0\ufff0-\ufff8]/;

/** One spelling for what looks alike. Plain ASCII comes back as it is. */
export function normaliseText(text: string): string {
  if (ASCII_ONLY.test(text)) return text;
  return RARE.test(text) ? composeCompatibility(removeInvisible(text)) : text.normalize('NFKC');
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
