import { ConnectionError, ErrorCode } from '../error-code.ts';
import { CODE_LENGTHS, EOS } from './huffman-code.ts';

/** An inner node of the code's tree: where 0 and 1 lead, to a node or, below zero, to the symbol -1 - n. */
type Node = [zero: number, one: number];

/** Of STEPS: an octet is complete. */
const EMITS = 0x10000;
/** The bits lead to EOS, which no string contains (RFC 7541 5.2). */
const FAILS = 0x20000;
/** A string may end here: what is left of it are fewer than eight bits of EOS, which are all ones. */
const MAY_END = 0x40000;

/**
 * What four more bits do in a state, which is a node of the tree: the state after them in the lowest byte, the octet
 * that they complete in the next, and what is worth knowing of them. No code is shorter than five bits, so there is at
 * most one octet.
 */
const STEPS = buildSteps(buildTree());
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
  let step = MAY_END;
  for (let at = start; at < end; at += 1) {
    const octet = bytes[at] as number;
    step = STEPS[((step & 0xff) << 4) | (octet >>> 4)] as number;
    if ((step & EMITS) !== 0) out[length++] = step >>> 8;
    if ((step & FAILS) !== 0) break;
    step = STEPS[((step & 0xff) << 4) | (octet & 0xf)] as number;
    if ((step & EMITS) !== 0) out[length++] = step >>> 8;
    if ((step & FAILS) !== 0) break;
  }
  if ((step & MAY_END) === 0) {
    throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, 'a Huffman string does not end as it should');
  }
  return out.toString('latin1', 0, length);
}

function buildTree(): Node[] {
  const symbols = CODE_LENGTHS.map((bits, symbol) => ({ bits, symbol }));
  symbols.sort((one, other) => one.bits - other.bits || one.symbol - other.symbol);
  const nodes: Node[] = [[0, 0]];
  let code = 0;
  let codeBits = 0;
  for (const { bits, symbol } of symbols) {
    code *= 2 ** (bits - codeBits);
    codeBits = bits;
    let node = 0;
    for (let bit = bits - 1; bit > 0; bit -= 1) {
      const branch = (code >>> bit) & 1;
      const children = nodes[node] as Node;
      if (children[branch] === 0) children[branch] = nodes.push([0, 0]) - 1;
      node = children[branch] as number;
    }
    (nodes[node] as Node)[code & 1] = -1 - symbol;
    code += 1;
  }
  return nodes;
}

function buildSteps(nodes: Node[]): Uint32Array {
  const endings = paddingNodes(nodes);
  const steps = new Uint32Array(nodes.length * 16);
  for (let state = 0; state < nodes.length; state += 1) {
    for (let nibble = 0; nibble < 16; nibble += 1) steps[(state << 4) | nibble] = takeNibble(state, nibble);
  }
  return steps;

  function takeNibble(state: number, nibble: number): number {
    let node = state;
    let emitted = 0;
    for (let bit = 3; bit >= 0; bit -= 1) {
      const next = (nodes[node] as Node)[(nibble >>> bit) & 1] as number;
      if (next === -1 - EOS) return FAILS;
      if (next < 0) emitted = EMITS | ((-1 - next) << 8);
      node = Math.max(next, 0);
    }
    return emitted | node | (endings.has(node) ? MAY_END : 0);
  }
}

/** The root, and the nodes that up to seven ones lead to from there. */
function paddingNodes(nodes: Node[]): Set<number> {
  const endings = new Set([0]);
  let node = 0;
  for (let bit = 0; bit < 7; bit += 1) {
    node = (nodes[node] as Node)[1];
    endings.add(node);
  }
  return endings;
}
