import type { Decoded } from './decoder.ts';
import { decodeLines } from './sequences.ts';

/** As in strings of JavaScript, JSON, Python and C: \u0041, \u{41}, \U00000041, \x41 and octal \101. */
const ESCAPES = /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|U([0-9a-f]{8})|x([0-9a-f]{2})|([0-3][0-7]{2}))/gi;

/** The lines with escape sequences of characters, decoded. */
export function decodeEscapes(text: string): Decoded[] {
  return decodeLines(text, '\\', (line) => {
    let sequences = 0;
    const decoded = line.replace(ESCAPES, (sequence, ...groups: (string | undefined)[]) => {
      const [braced, short, long, byte, octal] = groups;
      const hex = braced ?? short ?? long ?? byte;
      const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
      if (code > 0x10ffff) return sequence;
      sequences += 1;
      return String.fromCodePoint(code);
    });
    return { text: decoded, sequences };
  });
}
