export const FIRST_HIGH = 0xd800;
export const FIRST_LOW = 0xdc00;
/** Units that may be the second one of a pair, and as many may be the first one. */
export const LOWS = 0x400;
/** The first character of two units. */
export const FIRST_PAIR = 0x10000;

/** https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/: a character beyond U+FFFF is a high unit and then a low one. */
export function isHighSurrogate(unit: number): boolean {
  return unit >= FIRST_HIGH && unit < FIRST_LOW;
}

export function isLowSurrogate(unit: number): boolean {
  return unit >= FIRST_LOW && unit < FIRST_LOW + LOWS;
}

/** The code point of a pair. */
export function codePointOf(high: number, low: number): number {
  return FIRST_PAIR + (high - FIRST_HIGH) * LOWS + low - FIRST_LOW;
}

/** The units of a character beyond U+FFFF. */
export function highOf(character: number): number {
  return FIRST_HIGH + ((character - FIRST_PAIR) >>> 10);
}

export function lowOf(character: number): number {
  return FIRST_LOW + (character & (LOWS - 1));
}
