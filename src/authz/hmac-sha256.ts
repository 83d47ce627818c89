import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { writeLatin1 } from './latin1.ts';

/** RFC 2104, section 2: the block of SHA-256, and the bytes that its key is mixed with. */
const BLOCK_BYTES = 64;
const INNER = 0x36;
const OUTER = 0x5c;
const DIGEST_BYTES = 32;
const FIRST_BYTES = 2048;

/**
 * HMAC with SHA-256 (RFC 2104) under one key. It is Node's own SHA-256, twice: an Hmac object for each text takes three
 * times as long, most of it for the object.
 */
export class HmacSha256 {
  readonly #pad: Uint8Array;
  readonly #outer: Buffer;
  #inner: Buffer;
  #text: Buffer;
  /** What was signed last, with its pad: most texts are as long as the one before. */
  #signed: Buffer;

  constructor(key: Uint8Array) {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.set(key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key);
    this.#pad = block.map((byte) => byte ^ INNER);
    this.#outer = Buffer.concat([block.map((byte) => byte ^ OUTER), Buffer.alloc(DIGEST_BYTES)]);
    this.#inner = Buffer.concat([this.#pad, Buffer.alloc(FIRST_BYTES)]);
    this.#text = this.#inner.subarray(BLOCK_BYTES);
    this.#signed = this.#inner;
  }

  /** Where the next text is to be written, from its beginning. @param bytes how much room it needs at most */
  room(bytes: number): Buffer {
    if (bytes > this.#text.length) {
      this.#inner = Buffer.concat([this.#pad, Buffer.alloc(2 * bytes)]);
      this.#text = this.#inner.subarray(BLOCK_BYTES);
      this.#signed = this.#inner;
    }
    return this.#text;
  }

  /** Of the first bytes that were written, in base64url. */
  digest(bytes: number): string {
    const length = BLOCK_BYTES + bytes;
    if (this.#signed.length !== length) this.#signed = this.#inner.subarray(0, length);
    writeLatin1(this.#outer, BLOCK_BYTES, hash('sha256', this.#signed, 'latin1'));
    return hash('sha256', this.#outer, 'base64url');
  }
}
