/** What a character is to the reader of words. Between words, the most telling of these is kept. */
export const BETWEEN = {
  nothing: 0,
  space: 1,
  line: 2,
  sentence: 3,
  colon: 4,
  quote: 5,
  open: 6,
  close: 7,
  other: 8,
  mark: 9,
  start: 10,
  comma: 11,
} as const;

export const LETTER = 100;
export const DIGIT = 101;
export const APOSTROPHE = 102;
export const APOSTROPHE_CODE = 0x27;

/** Kind of each ASCII character. */
export const ASCII_KIND = new Uint8Array(128);
/** Each ASCII character in lower case. */
const ASCII_LOWER = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  const character = String.fromCharCode(code);
  ASCII_LOWER[code] = character.toLowerCase().charCodeAt(0);
  ASCII_KIND[code] = asciiKind(character);
}

function asciiKind(character: string): number {
  if (/[a-z]/i.test(character)) return LETTER;
  if (/[0-9]/.test(character)) return DIGIT;
  if (character === "'") return APOSTROPHE;
  if (character === '\n') return BETWEEN.line;
  if (character <= ' ' || character === '\x7f') return BETWEEN.space;
  if (/[.!?]/.test(character)) return BETWEEN.sentence;
  if (/[:;]/.test(character)) return BETWEEN.colon;
  if (/["`]/.test(character)) return BETWEEN.quote;
  if (/[<[{(|]/.test(character)) return BETWEEN.open;
  if (/[>\]})]/.test(character)) return BETWEEN.close;
  if (/[#*/-]/.test(character)) return BETWEEN.mark;
  return character === ',' ? BETWEEN.comma : BETWEEN.other;
}

/** Each letter of ASCII in lower case; 0 for what is none. */
export const ASCII_LETTER = ASCII_LOWER.map((lower, code) => (ASCII_KIND[code] === LETTER ? lower : 0));

/** Digits that stand for letters in a word that has letters too. */
const LEET = new Uint8Array(128);
for (const [digit, letter] of Object.entries({ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' })) {
  LEET[digit.charCodeAt(0)] = letter.charCodeAt(0);
}

/** Below this, letters are Latin; LATIN_BASE has each one's letter without its accents, or 0 where it is none. */
export const LATIN_END = 0x250;
export const LATIN_BASE = new Uint16Array(LATIN_END);
const LATIN_WITHOUT_BASE: Record<string, string> = { ß: 's', ø: 'o', æ: 'a', œ: 'o', ı: 'i', ł: 'l', đ: 'd' };
for (let code = 0x80; code < LATIN_END; code += 1) {
  const lower = String.fromCharCode(code).toLowerCase();
  const base = LATIN_WITHOUT_BASE[lower] ?? lower.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  LATIN_BASE[code] = /^[a-z]$/.test(base) ? base.charCodeAt(0) : 0;
}

/** Cyrillic and Greek letters that look like Latin ones (a part of https://www.unicode.org/reports/tr39/#confusables). */
const LOOKALIKES = 'аaеeоoрpсcхxуyіiѕsјjԁdһhӏlкkмmтtвbнhαaοoρpεeνvιiκkτtυuχxγyηnωw';
export const LOOKALIKE: ReadonlyMap<number, number> = new Map(
  Array.from({ length: LOOKALIKES.length / 2 }, (_, pair) => [
    LOOKALIKES.charCodeAt(2 * pair),
    LOOKALIKES.charCodeAt(2 * pair + 1),
  ]),
);

/** Greek and Cyrillic capitals in lower case; other scripts have none or come as they are. */
export function lowerBeyondLatin(code: number): number {
  if ((code >= 0x391 && code <= 0x3a9) || (code >= 0x410 && code <= 0x42f)) return code + 32;
  return code >= 0x400 && code <= 0x40f ? code + 80 : code;
}

/** A letter in lower case, without accents. */
export function plainLetter(code: number): number {
  if (code < 128) return ASCII_LOWER[code] as number;
  return code < LATIN_END ? (LATIN_BASE[code] as number) : lowerBeyondLatin(code);
}

/** A letter, or what stands for one, in lower case, without accents. */
export function foldLetter(code: number): number {
  if (code < 128) return LEET[code] || (ASCII_LOWER[code] as number);
  if (code < LATIN_END) return LATIN_BASE[code] as number;
  const lower = lowerBeyondLatin(code);
  return LOOKALIKE.get(lower) ?? lower;
}

/** From here on letters look like none of Latin. */
export const LOOKALIKE_END = 0x510;
/** Below it, of each letter or what stands for one: the Latin letter; 0 where it is none. */
export const FOLDED_LETTER = Uint16Array.from({ length: LOOKALIKE_END }, (_, code) =>
  code < LATIN_END ? foldLetter(code) : (LOOKALIKE.get(lowerBeyondLatin(code)) ?? 0),
);

/** Scripts that put no space between words: each character counts as a word. Han, kana, Thai. */
export function isUnspaced(code: number): boolean {
  return (code >= 0x3040 && code < 0xa000) || (code >= 0x0e01 && code < 0x0e80);
}

/** Whether a character beyond ASCII belongs to a word. */
export function isWordBeyondAscii(code: number): boolean {
  if (code < LATIN_END) return (LATIN_BASE[code] as number) > 0;
  if (code >= 0x2000 && code < 0x3040) return false;
  if (code >= 0xd800 && code < 0xf900) return false;
  if (code >= 0xfe00) return false;
  // Danda, double danda; Arabic comma, semicolon, question mark.
  return code !== 0x964 && code !== 0x965 && code !== 0x60c && code !== 0x61b && code !== 0x61f;
}

/** Kind of a character beyond ASCII that is not part of a word. */
export function kindBeyondAscii(code: number): number {
  if (code === 0x3002 || code === 0xff01 || code === 0xff1f || code === 0x964 || code === 0x61f) {
    return BETWEEN.sentence;
  }
  const isQuote = (code >= 0x2018 && code <= 0x201f) || code === 0xab || code === 0xbb;
  return isQuote || code === 0x300c || code === 0x300d ? BETWEEN.quote : BETWEEN.other;
}
