/** Characters that show nothing: soft hyphens, zero-width ones, direction marks, variation selectors, tags (UAX 44). */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const ASCII_ONLY = /^[\0-\x7f]*$/;

/**
 * One spelling for what looks alike: without invisible characters, compatibility forms such as full-width letters
 * replaced (NFKC, https://www.unicode.org/reports/tr15/). Plain ASCII comes back as it is.
 */
export function normaliseText(text: string): string {
  if (ASCII_ONLY.test(text)) return text;
  return text.replace(INVISIBLE, '').normalize('NFKC');
}

/** Where in the text a position of its normalised form is; both count UTF-16 units. */
export function originalPosition(text: string, normalised: string, position: number): number {
  if (normalised === text || position <= 0) return Math.min(position, text.length);
  let produced = 0;
  let at = 0;
  for (const character of text) {
    produced += normaliseText(character).length;
    if (produced > position) return at;
    at += character.length;
  }
  return at;
}
