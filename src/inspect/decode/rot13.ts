import { type Decoded, oneUnit } from './decoder.ts';
import { textOf, unitsOf } from './units.ts';

/** The text with each Latin letter moved by half the alphabet. */
export function decodeRot13(text: string): Decoded[] {
  return [{ text: rot13(text), start: 0, end: text.length, originOf: oneUnit }];
}

export function rot13(text: string): string {
  const units = unitsOf(text);
  for (let at = 0; at < units.length; at += 1) {
    units[at] = rot13Unit(units[at] as number);
  }
  return textOf(units);
}

export function rot13Unit(unit: number): number {
  const letter = unit | 0x20;
  if (letter < 0x61 || letter > 0x7a) return unit;
  return (unit & 31) > 13 ? unit - 13 : unit + 13;
}
