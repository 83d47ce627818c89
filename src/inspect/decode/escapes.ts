import { type Decoded, isReadable } from './decoder.ts';

const MIN_ESCAPES = 3;
/** As in strings of JavaScript, JSON, Python and C: \u0041, \u{41}, \U00000041, \x41 and octal \101. */
const ESCAPES = /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|U([0-9a-f]{8})|x([0-9a-f]{2})|([0-3][0-7]{2}))/gi;

/** The text with the escape sequences of its letters decoded. */
export function decodeEscapes(text: string): Decoded[] {
  let escapes = 0;
  const decoded = text.replace(ESCAPES, (sequence, ...groups: (string | undefined)[]) => {
    const [braced, short, long, byte, octal] = groups;
    const hex = braced ?? short ?? long ?? byte;
    const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
    if (code > 0x10ffff) return sequence;
    escapes += 1;
    return String.fromCodePoint(code);
  });
  return escapes >= MIN_ESCAPES && isReadable(decoded) ? [{ text: decoded, position: 0 }] : [];
}
