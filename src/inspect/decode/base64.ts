import { type Decoded, isReadable } from './decoder.ts';

/** Shorter runs are words, and decode to too little. */
const MIN_RUN = 16;
/** RFC 2045, section 6.8 breaks lines at 76; whoever breaks them earlier than this does not write base64. */
const MIN_LINE = 40;

/** RFC 4648, sections 4 and 5: the plain and the URL-safe alphabet. */
const IS_DIGIT = new Uint8Array(128);
for (const digit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_') {
  IS_DIGIT[digit.charCodeAt(0)] = 1;
}

/** Decodes each run of base64 digits that holds text, also one that is broken into lines. */
export function decodeBase64(text: string): Decoded[] {
  const found: Decoded[] = [];
  let at = 0;
  while (at < text.length) {
    if (!isDigit(text, at)) {
      at += 1;
      continue;
    }
    const start = at;
    let lineStart = at;
    for (;;) {
      while (isDigit(text, at)) at += 1;
      if (at - lineStart < MIN_LINE) break;
      const next = text[at] === '\r' ? at + 2 : at + 1;
      if (text[next - 1] !== '\n' || !isDigit(text, next)) break;
      at = next;
      lineStart = next;
    }
    if (at - start < MIN_RUN) continue;
    const decoded = Buffer.from(text.slice(start, at), 'base64').toString('utf8');
    if (isReadable(decoded)) found.push({ text: decoded, start, end: at });
  }
  return found;
}

function isDigit(text: string, at: number): boolean {
  if (at >= text.length) return false;
  const code = text.charCodeAt(at);
  return code < 128 && IS_DIGIT[code] === 1;
}
