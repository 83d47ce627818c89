import { randomFillSync } from 'node:crypto';

const ID_BYTES = 8;
/** A call of the generator costs as much as a hundred ids. */
const BLOCK_IDS = 512;

const block = Buffer.allocUnsafeSlow(BLOCK_IDS * ID_BYTES);
let at = block.length;

/** 16 characters of hex (W3C Trace Context, section 3.2.2.4). */
export function randomSpanId(): string {
  if (at === block.length) {
    randomFillSync(block);
    at = 0;
  }
  at += ID_BYTES;
  return block.toString('hex', at - ID_BYTES, at);
}
