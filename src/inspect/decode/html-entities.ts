import { type Decoded, isReadable } from './decoder.ts';

const MIN_REFERENCES = 3;
/** https://html.spec.whatwg.org/multipage/syntax.html#character-references: numeric ones; names hide no letters. */
const REFERENCES = /&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));?/gi;

/** The text with its numeric character references decoded. */
export function decodeHtmlEntities(text: string): Decoded[] {
  let references = 0;
  const decoded = text.replace(
    REFERENCES,
    (reference, hex: string | undefined, decimal: string | undefined) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      if (code > 0x10ffff) return reference;
      references += 1;
      return String.fromCodePoint(code);
    },
  );
  return references >= MIN_REFERENCES && isReadable(decoded) ? [{ text: decoded, position: 0 }] : [];
}
