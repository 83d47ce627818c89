/**
 * Forms that stand for several characters, of which none hides a letter: fractions, numbers in brackets, squared words and
 * abbreviations, Arabic phrases. One of these becomes up to 18 characters, and a text of them many times its length.
 */
const PHRASES =
  /[\u00bc-\u00be\u2057\u2100\u2101\u2105\u2106\u2150-\u215f\u2167\u2177\u2189\u2474-\u249b\u2a0c\u321d\u321e\u32c0-\u33ff\ufdf0-\ufdff]/g;

/** Letters in brackets, which NFKC leaves there: U+249C to U+24B5, and the capitals beyond U+FFFF. */
const BRACKETED = /[\u249c-\u24b5]|\ud83c[\udd10-\udd29]/g;
const FIRST_BRACKETED = 0x249c;
const FIRST_BRACKETED_CAPITAL = 0xdd10;
const FIRST_LETTER = 0x61;

/**
 * Compatibility forms as the characters that they are a form of: full-width, circled, mathematical letters, ligatures
 * (NFKC, https://www.unicode.org/reports/tr15/). The text becomes three times as long at most.
 */
export function composeCompatibility(text: string): string {
  return text.replace(PHRASES, ' ').replace(BRACKETED, letterOf).normalize('NFKC');
}

function letterOf(form: string): string {
  const place =
    form.length === 1
      ? form.charCodeAt(0) - FIRST_BRACKETED
      : form.charCodeAt(1) - FIRST_BRACKETED_CAPITAL;
  return String.fromCharCode(FIRST_LETTER + place);
}
