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
let scratch = Buffer.alloc(4096);

/**
 * RFC 7541 5.2: the string that these octets code.
 * @throws ConnectionError COMPRESSION_ERROR where EOS is in it or it is padded with anything else
 */
export function decodeHuffman(bytes: Buffer, start: number, end: number): string {
  // The shortest code has five bits.
  const most = Math.ceil(((end - start) * 8) / 5);
  if (scratch.length < most) scratch = Buffer.alloc(most);
  const out = scratch;
  let length = 0;
  let at = start;
  // What is read and not decoded: the lowest bits of the window.
  let window = 0;
  let bits = 0;
  for (;;) {
    if (bits < SHORT_BITS) {
      if (at === end) break;
      window = (window << 8) | (bytes[at++] as number);
      bits += 8;
    }
    const code = SHORT_CODES[(window >>> (bits - SHORT_BITS)) & 0xff] as number;
    if (code !== NONE) {
      out[length++] = code >>> 4;
      bits -= code & 0xf;
      continue;
    }
    let node = 0;
    do {
      if (bits === 0) {
        if (at === end) fail();
        window = bytes[at++] as number;
        bits = 8;
      }
      bits -= 1;
      node = TREE[2 * node + ((window >>> bits) & 1)] as number;
    } while (node > 0);
    if (node === -1 - EOS) fail();
    out[length++] = -1 - node;
  }
  // Of fewer than eight bits: whole codes, and then the first ones of EOS.
  while (bits > 0) {
    const rest = (window << (SHORT_BITS - bits)) | (0xff >>> bits);
    const code = SHORT_CODES[rest & 0xff] as number;
    if (code === NONE || (code & 0xf) > bits) {
      if ((rest & 0xff) !== 0xff) fail();
      break;
    }
    out[length++] = code >>> 4;
    bits -= code & 0xf;
  }
  return out.toString('latin1', 0, length);
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
