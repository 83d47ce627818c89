import { Buffer } from 'node:buffer';

const INITIAL_BYTES = 256;
/** A call out of JavaScript costs as much as so many bytes written one by one. */
const SHORT_BYTES = 24;
const MAX_BYTES_OF_A_CHARACTER = 3;
const MAX_VARINT_BYTES = 10;
const TWO_TO_32 = 2 ** 32;

/**
 * Writes a protobuf message field by field: tags as wire-type.ts makes them, each with its value. What proto3 leaves
 * out because it is the default is the caller's to leave out.
 */
export class MessageWriter {
  #bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #at = 0;

  /** Begins anew, also where a message was left unfinished. */
  reset(): this {
    this.#at = 0;
    return this;
  }

  /** Bytes of the message so far. */
  get length(): number {
    return this.#at;
  }

  /** A uint32, enum or tag alone; for a negative int32 see int64. */
  uint32(tag: number, value: number): this {
    this.#reserve(2 * MAX_VARINT_BYTES);
    this.#varint(tag);
    this.#varint(value);
    return this;
  }

  /** An int32, int64 or uint64 that is a safe integer. */
  int64(tag: number, value: number): this {
    this.#reserve(2 * MAX_VARINT_BYTES);
    this.#varint(tag);
    if (value >= 0 && value < TWO_TO_32) this.#varint(value);
    else this.#varint64(value >>> 0, Math.floor(value / TWO_TO_32) >>> 0);
    return this;
  }

  bool(tag: number, value: boolean): this {
    return this.uint32(tag, value ? 1 : 0);
  }

  double(tag: number, value: number): this {
    this.#reserve(MAX_VARINT_BYTES + 8);
    this.#varint(tag);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
    return this;
  }

  /** A fixed32. */
  fixed32(tag: number, value: number): this {
    this.#reserve(MAX_VARINT_BYTES + 4);
    this.#varint(tag);
    this.#fixed32(value);
    return this;
  }

  /** A fixed64, in halves of 32 bits, because it may be more than a number of JavaScript's can say. */
  fixed64(tag: number, low: number, high: number): this {
    this.#reserve(MAX_VARINT_BYTES + 8);
    this.#varint(tag);
    this.#fixed32(low);
    this.#fixed32(high);
    return this;
  }

  string(tag: number, text: string): this {
    this.#reserve(2 * MAX_VARINT_BYTES + text.length * MAX_BYTES_OF_A_CHARACTER);
    this.#varint(tag);
    if (!this.#shortAscii(text)) this.#utf8(text);
    return this;
  }

  bytes(tag: number, bytes: Uint8Array): this {
    this.#reserve(2 * MAX_VARINT_BYTES + bytes.length);
    this.#varint(tag);
    this.#varint(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /** Bytes that are given as hex in lower case, two characters each. */
  hex(tag: number, text: string): this {
    const length = text.length >>> 1;
    this.#reserve(2 * MAX_VARINT_BYTES + length);
    this.#varint(tag);
    this.#varint(length);
    this.#bytes.write(text, this.#at, 'hex');
    this.#at += length;
    return this;
  }

  /** Fields that were written before, as they are. */
  raw(fields: Uint8Array): this {
    this.#reserve(fields.length);
    if (fields.length > SHORT_BYTES) this.#bytes.set(fields, this.#at);
    else for (let at = 0; at < fields.length; at += 1) this.#bytes[this.#at + at] = fields[at] as number;
    this.#at += fields.length;
    return this;
  }

  /** Begins an embedded message. @returns what end() takes */
  begin(tag: number): number {
    this.#reserve(MAX_VARINT_BYTES + 1);
    this.#varint(tag);
    // Most are shorter than 128 bytes, whose length is one byte; a longer one is moved at its end.
    this.#at += 1;
    return this.#at;
  }

  /** Ends the embedded message that began last. @param start what begin() gave */
  end(start: number): this {
    const length = this.#at - start;
    if (length < 0x80) {
      this.#bytes[start - 1] = length;
      return this;
    }
    this.#reserve(MAX_VARINT_BYTES);
    const lengthBytes = varintBytes(length);
    this.#bytes.copyWithin(start - 1 + lengthBytes, start, this.#at);
    this.#at = start - 1;
    this.#varint(length);
    this.#at += length;
    return this;
  }

  /** The message so far, in bytes of its own; the writer begins anew. */
  finish(): Buffer {
    const message = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(message, 0, 0, this.#at);
    this.#at = 0;
    return message;
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }

  #varint(value: number): void {
    let rest = value;
    let at = this.#at;
    while (rest > 0x7f) {
      this.#bytes[at] = (rest & 0x7f) | 0x80;
      at += 1;
      rest >>>= 7;
    }
    this.#bytes[at] = rest;
    this.#at = at + 1;
  }

  #fixed32(value: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    this.#at = at + 4;
  }

  #varint64(low: number, high: number): void {
    let [lower, upper] = [low, high];
    let at = this.#at;
    while (upper > 0 || lower > 0x7f) {
      this.#bytes[at] = (lower & 0x7f) | 0x80;
      at += 1;
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.#bytes[at] = lower;
    this.#at = at + 1;
  }

  /** @returns whether it was one */
  #shortAscii(text: string): boolean {
    if (text.length > SHORT_BYTES) return false;
    const start = this.#at + 1;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      this.#bytes[start + index] = code;
    }
    this.#bytes[this.#at] = text.length;
    this.#at = start + text.length;
    return true;
  }

  #utf8(text: string): void {
    const length = Buffer.byteLength(text);
    this.#varint(length);
    this.#at += this.#bytes.write(text, this.#at);
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes += 1;
  return bytes;
}
