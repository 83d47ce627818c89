const MAX_LOOKBACK = 200;
const MAX_LOOKAHEAD = 400;

const NEWLINE = 0x0a;
const APOSTROPHE = 0x27;
/** Closing quote of each that opens a string or a citation, by their units; none of the others opens anything. */
const CLOSING = new Uint16Array(0x201d);
for (const [opening, closing] of ['""', "''", '``', '\u201c\u201d', '\u00ab\u00bb']) {
  CLOSING[(opening as string).charCodeAt(0)] = (closing as string).charCodeAt(0);
}

/** Whether a place of a text lies within quotes that open on its line, and close again soon: a string, a citation. */
export function isQuoted(text: string, position: number): boolean {
  let lineStart = position;
  while (lineStart > 0 && position - lineStart < MAX_LOOKBACK && text.charCodeAt(lineStart - 1) !== NEWLINE) {
    lineStart -= 1;
  }
  let closing = 0;
  for (let at = lineStart; at < position; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === closing) closing = 0;
    else if (closing === 0 && unit < CLOSING.length && !(unit === APOSTROPHE && isLetter(text[at - 1]))) {
      closing = CLOSING[unit] as number;
    }
  }
  if (closing === 0) return false;
  const last = Math.min(position + MAX_LOOKAHEAD, text.length - 1);
  for (let at = position; at <= last; at += 1) if (text.charCodeAt(at) === closing) return true;
  return false;
}

/** After one, an apostrophe does not open anything. */
function isLetter(character: string | undefined): boolean {
  return character !== undefined && /\p{L}/u.test(character);
}
