/**
 * Compatibility forms as the characters that they are a form of: full-width, circled, mathematical letters, ligatures
 * (NFKC, https://www.unicode.org/reports/tr15/).
 */
export function composeCompatibility(text: string): string {
  return text.normalize('NFKC');
}
