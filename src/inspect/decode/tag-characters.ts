import { type Decoded, isReadable } from './decoder.ts';

/** Unicode's tag block repeats ASCII from here on, invisibly: https://www.unicode.org/charts/PDF/UE0000.pdf */
const FIRST_TAG = 0xe0000;
const TAGS = /[\u{e0020}-\u{e007e}]/gu;

/** What is written in invisible tag characters. */
export function decodeTagCharacters(text: string): Decoded[] {
  const tags = text.match(TAGS) ?? [];
  const decoded = tags.map((tag) => String.fromCharCode((tag.codePointAt(0) ?? 0) - FIRST_TAG)).join('');
  return isReadable(decoded) ? [{ text: decoded, position: text.search(TAGS) }] : [];
}
