import { type Normalised, normaliseText } from './normalise.ts';
import { isLowSurrogate } from './surrogates.ts';

/** Where in a text positions of its normalised form are; all count UTF-16 units. */
export class OriginalPositions {
  readonly #text: string;
  readonly #normalised: Normalised;

  constructor(text: string, normalised: Normalised) {
    this.#text = text;
    this.#normalised = normalised;
  }

  of(position: number): number {
    const text = this.#text;
    const { text: normalised, starts, normalisedStarts } = this.#normalised;
    if (text === normalised || position <= 0) return Math.min(Math.max(position, 0), text.length);
    const stretch = lastNotAfter(normalisedStarts, position);
    let from = starts[stretch] as number;
    let to = starts[stretch + 1] ?? text.length;
    let left = position - (normalisedStarts[stretch] as number);
    // The half that the position is in is looked at more closely, again and again.
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
}

/** The place of the last of some numbers that is not above another one. @param numbers ascending; the first one is not */
function lastNotAfter(numbers: Int32Array, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) <= limit) low = middle;
    else high = middle;
  }
  return low;
}

/** The position itself, or the one before it where it would tear a pair of surrogates. */
function beforePair(text: string, position: number): number {
  return isLowSurrogate(text.charCodeAt(position)) ? position - 1 : position;
}
