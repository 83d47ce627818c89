/**
 * Control characters, which a terminal obeys, and those that turn the direction of writing, which make a line read as
 * what it is not (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
 */
const OBEYED = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const OBEYED_IN_TEXT = /(?![\n\t])[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** A text of somebody else's as a part of a line: nothing in it breaks the line or does something to a terminal. */
export function printableLine(text: string): string {
  return text.replaceAll(OBEYED, characterName);
}

/** The same for a text of several lines. */
export function printableText(text: string): string {
  return text.replaceAll(OBEYED_IN_TEXT, characterName);
}

/** Such as `<U+001B>`. */
export function characterName(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `<U+${code}>`;
}
