const MAX_LOOKBACK = 200;
const MAX_LOOKAHEAD = 400;

/** Opening and closing quotes of strings and prose. */
const CLOSING: Record<string, string> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '\u201c': '\u201d',
  '\u00ab': '\u00bb',
};

/** Whether a place of a text lies within quotes that open on its line, and close again soon: a string, a citation. */
export function isQuoted(text: string, position: number): boolean {
  let lineStart = position;
  while (lineStart > 0 && position - lineStart < MAX_LOOKBACK && text[lineStart - 1] !== '\n') lineStart -= 1;
  let closing: string | undefined;
  for (let at = lineStart; at < position; at += 1) {
    const character = text[at] as string;
    if (character === closing) closing = undefined;
    else if (closing === undefined && !(character === "'" && isLetter(text[at - 1])))
      closing = CLOSING[character];
  }
  if (closing === undefined) return false;
  const end = text.indexOf(closing, position);
  return end >= 0 && end - position <= MAX_LOOKAHEAD;
}

/** After one, an apostrophe does not open anything. */
function isLetter(character: string | undefined): boolean {
  return character !== undefined && /\p{L}/u.test(character);
}
