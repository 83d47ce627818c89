import type { Work } from '../work.ts';
import type { Decoded } from './decoder.ts';
import { decodeSequences } from './sequences.ts';

/** https://html.spec.whatwg.org/multipage/syntax.html#character-references: numeric ones; names hide no letters. */
const REFERENCES = /&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));?/gi;
const LAST_CODE_POINT = 0x10ffff;

/** What stands around numeric character references, decoded. */
export function decodeHtmlEntities(text: string, work: Work): Decoded[] {
  return decodeSequences(text, REFERENCES, work, ([, hex, decimal]) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > LAST_CODE_POINT ? undefined : { text: String.fromCodePoint(code), count: 1 };
  });
}
