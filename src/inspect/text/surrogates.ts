/** https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/: a character beyond U+FFFF is a high unit and then a low one. */
export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

export function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
