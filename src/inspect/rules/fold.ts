import { LATIN_BASE, LATIN_END, lowerBeyondLatin } from '../words/characters.ts';

/** From here on units have no other form. */
export const FOLDED_END = 0x430;

/** A UTF-16 unit in lower case and without accents; one unit stays one unit, so that places stay as they are. */
export function foldUnit(unit: number): number {
  if (unit < 128) return unit >= 65 && unit <= 90 ? unit + 32 : unit;
  if (unit < LATIN_END) return LATIN_BASE[unit] || unit;
  return lowerBeyondLatin(unit);
}

const ASCII_ONLY = /^[\0-\x7f]*$/;

/** A text in lower case and without accents, as long as it was. */
export function foldText(text: string): string {
  if (ASCII_ONLY.test(text)) return text.toLowerCase();
  let folded = '';
  for (let at = 0; at < text.length; at += 1) folded += String.fromCharCode(foldUnit(text.charCodeAt(at)));
  return folded;
}

/** A pattern or a text without accents, as long as it was; what is ASCII stays as it is. */
export function foldAccents(text: string): string {
  return text.replaceAll(/[\u0080-\u024f]/g, (letter) => String.fromCharCode(foldUnit(letter.charCodeAt(0))));
}
