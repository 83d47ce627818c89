import { isHighSurrogate, isLowSurrogate } from '../text/surrogates.ts';
import { type Decoded, oneUnit } from './decoder.ts';
import { textOf, unitsOf } from './units.ts';

/** The text from its end to its start. */
export function decodeReversed(text: string): Decoded[] {
  const last = Math.max(text.length - 1, 0);
  const originOf = (position: number) => oneUnit(Math.max(last - position, 0));
  return [{ text: reverse(text), start: 0, end: text.length, originOf }];
}

/** By code points, so that no pair of UTF-16 units is torn. */
export function reverse(text: string): string {
  const units = unitsOf(text).reverse();
  for (let at = 0; at + 1 < units.length; at += 1) {
    const [low, high] = [units[at] as number, units[at + 1] as number];
    if (!isLowSurrogate(low) || !isHighSurrogate(high)) continue;
    units[at] = high;
    units[at + 1] = low;
    at += 1;
  }
  return textOf(units);
}
