/**
 * Forms that stand for several characters, of which none hides a letter: fractions, squared words and abbreviations,
 * Arabic phrases. One of these becomes up to 18 characters, and a text of them many times its length.
 */
const PHRASES = /[\u00bc-\u00be\u2057\u2100\u2101\u2105\u2106\u2150-\u215f\u2189\u32c0-\u33ff\ufdf0-\ufdff]/g;

/**
 * Compatibility forms as the characters that they are a form of: full-width, circled, mathematical letters, ligatures
 * (NFKC, https://www.unicode.org/reports/tr15/). The text becomes four times as long at most.
 */
export function composeCompatibility(text: string): string {
  return text.replace(PHRASES, ' ').normalize('NFKC');
}
