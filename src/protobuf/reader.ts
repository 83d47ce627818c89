import type { KnownTexts } from './known-texts.ts';
import { MessageError } from './message-error.ts';
import type { RecentTexts } from './recent-texts.ts';
import { checkUtf8, decodeUtf8 } from './utf8.ts';
import { WIRE } from './wire-type.ts';

/** Groups within groups of a field that is skipped: as many as protobuf's own parsers take messages within messages. */
const MAX_GROUP_DEPTH = 100;
/** A varint is ten bytes at most, of which the last one holds the 64th bit. */
const MAX_VARINT_BYTES = 10;
const TWO_TO_32 = 2 ** 32;

/**
 * Reads a protobuf message field by field, from a tag to its value or past it
 * (https://protobuf.dev/programming-guides/encoding/). Every method throws MessageError where the bytes end too soon or
 * are no such value; what is read never lies outside of the message.
 *
 * ```ts
 * for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
 *   if (tag === DOMAIN) domain = reader.string();
 *   else reader.skip(tag);
 * }
 * ```
 */
export class MessageReader {
  readonly #bytes: Buffer;
  #at: number;
  #end: number;
  /** Upper half of the varint that was read last. */
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = 0;
    this.#end = bytes.length;
  }

  /** The tag of the next field, as wire-type.ts makes it; 0 where the message has no more. */
  tag(): number {
    if (this.#at === this.#end) return 0;
    const tag = this.#varint();
    if (this.#high !== 0 || tag < 8) throw malformed('a field has a number that there cannot be');
    return tag;
  }

  /** A uint32; of a larger number its low 32 bits, as every parser takes them. */
  uint32(): number {
    return this.#varint();
  }

  /** An int32 or an enum. */
  int32(): number {
    return this.#varint() | 0;
  }

  /** A uint64; exact up to 2^53 - 1, and the nearest number beyond. */
  uint64(): number {
    const low = this.#varint();
    return this.#high * TWO_TO_32 + low;
  }

  /** An int64; exact between -(2^53 - 1) and 2^53 - 1, and the nearest number beyond. */
  int64(): number {
    const low = this.#varint();
    return (this.#high | 0) * TWO_TO_32 + low;
  }

  bool(): boolean {
    return this.#varint() !== 0 || this.#high !== 0;
  }

  string(): string {
    const to = this.#endOfBytes();
    const from = this.#at;
    this.#at = to;
    return decodeUtf8(this.#bytes, from, to);
  }

  /** A string of which there are few. */
  recent(texts: RecentTexts): string {
    const to = this.#endOfBytes();
    const from = this.#at;
    this.#at = to;
    return texts.read(this.#bytes, from, to);
  }

  /** Which of a few a string is; -1 where it is none of them. It is not looked at whether that one is UTF-8. */
  known(texts: KnownTexts): number {
    const to = this.#endOfBytes();
    const from = this.#at;
    this.#at = to;
    return texts.find(this.#bytes, from, to);
  }

  /** Where the value of the field begins whose tag was read last, for what reads it at a position. */
  position(): number {
    return this.#at;
  }

  /** Checks the string at a position, which is read later if at all. Goes on from where it was. */
  checkStringAt(position: number): void {
    const at = this.#at;
    this.#at = position;
    const to = this.#endOfBytes();
    checkUtf8(this.#bytes, this.#at, to);
    this.#at = at;
  }

  /** The string at a position of the message that is being read. Goes on from where it was. */
  stringAt(position: number): string {
    const at = this.#at;
    this.#at = position;
    const text = this.string();
    this.#at = at;
    return text;
  }

  /** As stringAt, of a string of which there are few. */
  recentAt(position: number, texts: RecentTexts): string {
    const at = this.#at;
    this.#at = position;
    const text = this.recent(texts);
    this.#at = at;
    return text;
  }

  /** As stringAt, a view of its bytes. */
  bytesAt(position: number): Buffer {
    const at = this.#at;
    this.#at = position;
    const bytes = this.bytes();
    this.#at = at;
    return bytes;
  }

  /** A view of the message's own bytes, no copy. */
  bytes(): Buffer {
    const to = this.#endOfBytes();
    const from = this.#at;
    this.#at = to;
    return this.#bytes.subarray(from, to);
  }

  /** Goes into an embedded message: its fields are read next. @returns what leave() takes */
  enter(): number {
    const outerEnd = this.#end;
    this.#end = this.#endOfBytes();
    return outerEnd;
  }

  /** Comes back to the message around the one whose last field has been read. @param outerEnd what enter() gave */
  leave(outerEnd: number): void {
    this.#end = outerEnd;
  }

  /** Goes past the value of a field. @param tag the field's own */
  skip(tag: number): void {
    if ((tag & 7) === WIRE.startGroup) this.#skipGroup(tag);
    else this.#skipValue(tag);
  }

  #skipValue(tag: number): void {
    switch (tag & 7) {
      case WIRE.varint:
        this.#varint();
        break;
      case WIRE.bytes:
        this.#at = this.#endOfBytes();
        break;
      case WIRE.fixed64:
        this.#advance(8);
        break;
      case WIRE.fixed32:
        this.#advance(4);
        break;
      default:
        throw malformed('a field has a wire type that it cannot have');
    }
  }

  #skipGroup(start: number): void {
    const open = [start];
    while (open.length > 0) {
      const tag = this.tag();
      if (tag === 0) throw malformed('a group does not end');
      if ((tag & 7) === WIRE.startGroup) {
        if (open.push(tag) > MAX_GROUP_DEPTH) throw malformed('groups lie too deep in each other');
      } else if ((tag & 7) !== WIRE.endGroup) {
        this.#skipValue(tag);
      } else if (tag !== (open.pop() as number) + 1) {
        throw malformed('a group ends that did not begin');
      }
    }
  }

  #advance(bytes: number): void {
    if (bytes > this.#end - this.#at) throw malformed('a field is longer than its message');
    this.#at += bytes;
  }

  /** Where the length-delimited value ends that begins after the length here. */
  #endOfBytes(): number {
    const length = this.#varint();
    if (this.#high !== 0 || length > this.#end - this.#at) {
      throw malformed('a field is longer than its message');
    }
    return this.#at + length;
  }

  /** The low half of a varint of up to 64 bits; leaves the upper one in #high. */
  #varint(): number {
    if (this.#at < this.#end) {
      const first = this.#bytes[this.#at] as number;
      if (first < 0x80) {
        this.#at += 1;
        this.#high = 0;
        return first;
      }
    }
    return this.#longVarint();
  }

  #longVarint(): number {
    const bytes = this.#bytes;
    const end = Math.min(this.#end, this.#at + MAX_VARINT_BYTES);
    let low = 0;
    let high = 0;
    let shift = 0;
    for (let at = this.#at; at < end; at += 1, shift += 7) {
      const byte = bytes[at] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        if (shift === 63 && byte > 1) break;
        this.#at = at + 1;
        this.#high = high >>> 0;
        return low >>> 0;
      }
    }
    throw malformed(
      this.#end - this.#at < MAX_VARINT_BYTES ? 'a number is cut off' : 'a number has more than 64 bits',
    );
  }
}

/** What grpc-go answers to such bytes too. */
function malformed(reason: string): MessageError {
  return new MessageError('INTERNAL', reason);
}
