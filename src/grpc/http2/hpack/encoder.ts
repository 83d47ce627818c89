import { STATIC_FIELDS, STATIC_NAMES } from './static-table.ts';

/**
 * A header block that refers to the static table alone and adds nothing to the dynamic one, so that it is right on any
 * connection at any time and may be kept and sent again.
 * @param fields names in lower case; characters up to U+00FF
 */
export function encodeHeaderBlock(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => encodeField(name, value)));
}

/**
 * RFC 7541 4.2, 6.3: the dynamic table of this encoder has no room. The first header block of a connection begins so,
 * because a peer may have allowed less than the 4096 octets that count until something else is said.
 */
export const NO_DYNAMIC_TABLE = 0x20;

function encodeField(name: string, value: string): Buffer[] {
  const index = STATIC_FIELDS.get(`${name}: ${value}`);
  // RFC 7541 6.1
  if (index !== undefined) return [encodeInteger(0x80, 7, index)];
  const nameIndex = STATIC_NAMES.get(name);
  // RFC 7541 6.2.2
  if (nameIndex !== undefined) return [encodeInteger(0x00, 4, nameIndex), encodeString(value)];
  return [Buffer.of(0x00), encodeString(name), encodeString(value)];
}

/** RFC 7541 5.2, without Huffman coding. */
function encodeString(text: string): Buffer {
  const octets = Buffer.from(text, 'latin1');
  return Buffer.concat([encodeInteger(0x00, 7, octets.length), octets]);
}

/** RFC 7541 5.1. @param pattern the bits before the prefix */
export function encodeInteger(pattern: number, prefixBits: number, value: number): Buffer {
  const most = (1 << prefixBits) - 1;
  if (value < most) return Buffer.of(pattern | value);
  const octets = [pattern | most];
  let rest = value - most;
  for (; rest >= 0x80; rest >>>= 7) octets.push(0x80 | (rest & 0x7f));
  octets.push(rest);
  return Buffer.from(octets);
}
