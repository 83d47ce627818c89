import type { Work } from '../work.ts';
import type { Decoded } from './decoder.ts';
import { decodeSequences } from './sequences.ts';

/** As in strings of JavaScript, JSON, Python and C: \u0041, \u{41}, \U00000041, \x41 and octal \101. */
const ESCAPES =
  /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-3][0-7]{2}))/g;
const LAST_CODE_POINT = 0x10ffff;

/** What stands around escape sequences of characters, decoded. */
export function decodeEscapes(text: string, work: Work): Decoded[] {
  return decodeSequences(text, ESCAPES, work, ([, braced, short, long, byte, octal]) => {
    const hex = braced ?? short ?? long ?? byte;
    const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
    return code > LAST_CODE_POINT ? undefined : { text: String.fromCodePoint(code), count: 1 };
  });
}
