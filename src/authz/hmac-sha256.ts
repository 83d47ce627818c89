import { hash } from 'node:crypto';

/** RFC 2104, section 2: the block of SHA-256, and the bytes that its key is mixed with. */
const BLOCK_BYTES = 64;
const INNER = 0x36;
const OUTER = 0x5c;
const DIGEST_BYTES = 32;
const FIRST_BYTES = 2048;

/**
 * HMAC with SHA-256 (RFC 2104) under one key, of texts of ASCII, in base64url. It is Node's own SHA-256, twice: an Hmac
 * object for each text takes three times as long, most of it for the object.
 */
export function createHmacSha256(key: Uint8Array): (text: string) => string {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key);
  const pad = block.map((byte) => byte ^ INNER);
  let inner = Buffer.concat([pad, Buffer.alloc(FIRST_BYTES)]);
  const outer = Buffer.concat([block.map((byte) => byte ^ OUTER), Buffer.alloc(DIGEST_BYTES)]);
  return (text) => {
    if (BLOCK_BYTES + text.length > inner.length) {
      inner = Buffer.concat([pad, Buffer.alloc(2 * text.length)]);
    }
    const written = inner.write(text, BLOCK_BYTES, 'latin1');
    outer.write(hash('sha256', inner.subarray(0, BLOCK_BYTES + written), 'latin1'), BLOCK_BYTES, 'latin1');
    return hash('sha256', outer, 'base64url');
  };
}
