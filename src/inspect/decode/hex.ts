import { type Decoded, isReadable } from './decoder.ts';

const MIN_PAIRS = 8;

/** Decodes each run of pairs of hex digits that holds text; pairs may be parted by one space, colon or `0x`, `\x`. */
export function decodeHex(text: string): Decoded[] {
  const found: Decoded[] = [];
  let at = 0;
  while (at < text.length) {
    if (hexDigit(text.charCodeAt(at)) < 0) {
      at += 1;
      continue;
    }
    const start = at;
    const bytes: number[] = [];
    for (;;) {
      const next = bytes.length === 0 ? at : afterSeparator(text, at);
      if (next + 1 >= text.length) break;
      const high = hexDigit(text.charCodeAt(next));
      if (high < 0) break;
      const low = hexDigit(text.charCodeAt(next + 1));
      if (low < 0) break;
      bytes.push(high * 16 + low);
      at = next + 2;
    }
    if (bytes.length >= MIN_PAIRS) {
      const decoded = Buffer.from(bytes).toString('utf8');
      if (isReadable(decoded)) found.push({ text: decoded, start, end: at });
    } else at = start + 1;
  }
  return found;
}

function afterSeparator(text: string, at: number): number {
  if (at + 2 >= text.length) return at;
  const code = text.charCodeAt(at);
  let next = code === 32 || code === 58 || code === 44 ? at + 1 : at;
  if (code === 44 && text.charCodeAt(next) === 32) next += 1;
  const isPrefixed = text.startsWith('0x', next) || text.startsWith('\\x', next);
  return isPrefixed ? next + 2 : next;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
