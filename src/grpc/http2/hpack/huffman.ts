import { ConnectionError, ErrorCode } from '../error-code.ts';
import { CODE_LENGTHS, EOS } from './huffman-code.ts';

/** Codes of up to so many bits are found by a look at the next octet: those of letters, digits and what paths have. */
const SHORT_BITS = 8;
const NONE = 0xffff;

/** Inner nodes of the code's tree, two places each: where 0 and 1 lead, to a node or, below zero, to the symbol -1 - n. */
const TREE = buildTree();
/**
 * By the next eight bits: the octet whose code they begin with, above four bits that say how long that is; NONE where it is
 * longer. Half a kilobyte, because a larger table that takes more bits at a time is never in the cache when it is wanted.
 */
const SHORT_CODES = buildShortCodes();
/** By the next six bits: the octet whose code they begin with, where that has no more. */
const SHORTEST_CODES = Uint8Array.from({ length: 64 }, (_, bits) => (SHORT_CODES[bits << 2] as number) >>> 4);
/** Of six bits, the first that are one code: those below begin with a code of five. */
const FIRST_OF_SIX = 20;
/** Those above begin with a longer code. */
const LAST_OF_SIX = 45;
let scratch = Buffer.alloc(4096);

/** What a string turned out to be. */
export interface Expanded {
  octets: number;
  /** Whether all of them are known to be printable ASCII, because their codes are short. */
  isPrintable: boolean;
}

/** Of the last string: made once, because there is one with every call. */
const expanded: Expanded = { octets: 0, isPrintable: true };

/** As many octets as a string can have that is coded in so many: the shortest code has five bits. */
export function mostOctets(codedOctets: number): number {
  return Math.ceil((codedOctets * 8) / 5);
}

/**
 * RFC 7541 5.2: the string that these octets code.
 * @throws ConnectionError COMPRESSION_ERROR where EOS is in it or it is padded with anything else
 */
export function decodeHuffman(bytes: Buffer, start: number, end: number): string {
  const most = mostOctets(end - start);
  if (scratch.length < most) scratch = Buffer.alloc(most);
  const { octets } = expandHuffman(bytes, start, end, scratch, 0);
  return scratch.toString('latin1', 0, octets);
}

/**
 * The same, written to where it is wanted. No branch depends on whether a code has five bits or six, which of an id in hex no
 * processor foresees; and there is little code, because a busy process fetches all of it anew for each call.
 * @param out has room for `mostOctets` from `to` on
 * @returns what it is, until the next call
 */
export function expandHuffman(bytes: Buffer, start: number, end: number, out: Buffer, to: number): Expanded {
  const limit = end * 8;
  // Of the next code, in bits from the first octet of all.
  let place = start * 8;
  let length = to;
  expanded.isPrintable = true;
  while (place < limit) {
    const before = length;
    // Of the 25 bits that these are at least, four codes of six bits each are whole.
    let word = wordAt(bytes, place >>> 3, end) << (place & 7);
    const most = length + Math.min(4, ((limit - place) / 6) | 0);
    while (length < most) {
      const six = word >>> 26;
      if (six > LAST_OF_SIX) break;
      out[length] = SHORTEST_CODES[six] as number;
      length += 1;
      const bits = 6 + ((six - FIRST_OF_SIX) >> 31);
      word <<= bits;
      place += bits;
    }
    if (length > before) continue;
    const after = expandOther(bytes, place, limit, out, length);
    if (after === undefined) break;
    place = after;
    length += 1;
  }
  expanded.octets = length - to;
  return expanded;
}

/** 32 bits from an octet on; behind the end are ones, as behind a string's last code. */
function wordAt(bytes: Buffer, at: number, end: number): number {
  if (at + 4 > end) return lastWord(bytes, at, end);
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

function lastWord(bytes: Buffer, from: number, end: number): number {
  let word = 0;
  for (let at = from; at < from + 4; at += 1) word = (word << 8) | (at < end ? (bytes[at] as number) : 0xff);
  return word;
}

/** One code of more than six bits, or of the last five. @returns where the next one begins; undefined where none does */
function expandOther(
  bytes: Buffer,
  from: number,
  limit: number,
  out: Buffer,
  to: number,
): number | undefined {
  const left = limit - from;
  const word = wordAt(bytes, from >>> 3, limit >>> 3) << (from & 7);
  const code = SHORT_CODES[word >>> (32 - SHORT_BITS)] as number;
  if (code !== NONE && (code & 0xf) <= left) {
    out[to] = code >>> 4;
    return from + (code & 0xf);
  }
  // Fewer than eight bits, which are the first ones of EOS.
  if (left < 8 && word >> (32 - left) === -1) return undefined;
  let place = from;
  let node = 0;
  do {
    if (place === limit) fail();
    node = TREE[2 * node + (((bytes[place >>> 3] as number) >>> (7 - (place & 7))) & 1)] as number;
    place += 1;
  } while (node > 0);
  if (node === -1 - EOS) fail();
  out[to] = -1 - node;
  expanded.isPrintable = false;
  return place;
}

function fail(): never {
  throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, 'a Huffman string does not end as it should');
}

function buildTree(): Int16Array {
  const symbols = CODE_LENGTHS.map((bits, symbol) => ({ bits, symbol }));
  symbols.sort((one, other) => one.bits - other.bits || one.symbol - other.symbol);
  // Of a code of n symbols, all of whose nodes have two children.
  const tree = new Int16Array(2 * (symbols.length - 1));
  let nodes = 1;
  let code = 0;
  let codeBits = 0;
  for (const { bits, symbol } of symbols) {
    code *= 2 ** (bits - codeBits);
    codeBits = bits;
    let node = 0;
    for (let bit = bits - 1; bit > 0; bit -= 1) {
      const branch = 2 * node + ((code >>> bit) & 1);
      if (tree[branch] === 0) tree[branch] = nodes++;
      node = tree[branch] as number;
    }
    tree[2 * node + (code & 1)] = -1 - symbol;
    code += 1;
  }
  return tree;
}

function buildShortCodes(): Uint16Array {
  return Uint16Array.from({ length: 1 << SHORT_BITS }, (_, octet) => {
    let node = 0;
    for (let bits = 1; bits <= SHORT_BITS; bits += 1) {
      node = TREE[2 * node + ((octet >>> (SHORT_BITS - bits)) & 1)] as number;
      if (node < 0) return ((-1 - node) << 4) | bits;
    }
    return NONE;
  });
}
