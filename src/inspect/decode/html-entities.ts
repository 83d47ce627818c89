import type { Decoded } from './decoder.ts';
import { decodeLines } from './sequences.ts';

/** https://html.spec.whatwg.org/multipage/syntax.html#character-references: numeric ones; names hide no letters. */
const REFERENCES = /&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));?/gi;

/** The lines with numeric character references, decoded. */
export function decodeHtmlEntities(text: string): Decoded[] {
  return decodeLines(text, '&#', (line) => {
    let sequences = 0;
    const decoded = line.replace(REFERENCES, (reference, hex?: string, decimal?: string) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      if (code > 0x10ffff) return reference;
      sequences += 1;
      return String.fromCodePoint(code);
    });
    return { text: decoded, sequences };
  });
}
