import { Buffer } from 'node:buffer';
import type { KnownTexts } from './known-texts.ts';
import { MessageError } from './message-error.ts';
import type { RecentTexts } from './recent-texts.ts';
import { checkUtf8, decodeUtf8 } from './utf8.ts';
import { bytesTag, WIRE } from './wire-type.ts';

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
  /** Of the entry that textEntry() went past. */
  #keyFrom = 0;
  #keyTo = 0;

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

  /**
   * Goes past an entry of a map of texts that is written as protobuf's own libraries write it, the key before the value and each
   * once, and shorter than 16 KiB: most are of keys that nobody wants, and this costs a quarter of reading the entry as a message.
   * @returns where its value begins, as position() has it, after knownKey() can be asked; -1, and nothing is passed, where it is another one
   */
  textEntry(): number {
    const bytes = this.#bytes;
    const entry = shortLength(bytes, this.#at, this.#end);
    if (entry < 0) return -1;
    const keyTag = this.#at + lengthBytes(entry);
    const end = keyTag + entry;
    if (end > this.#end || bytes[keyTag] !== KEY_TAG) return -1;
    const key = shortLength(bytes, keyTag + 1, end);
    if (key < 0) return -1;
    const keyFrom = keyTag + 1 + lengthBytes(key);
    const keyTo = keyFrom + key;
    if (keyTo >= end || bytes[keyTo] !== VALUE_TAG) return -1;
    const value = shortLength(bytes, keyTo + 1, end);
    if (value < 0 || keyTo + 1 + lengthBytes(value) + value !== end) return -1;
    this.#keyFrom = keyFrom;
    this.#keyTo = keyTo;
    this.#at = end;
    return keyTo + 1;
  }

  /** Which of a few the key of the entry is that textEntry() went past; -1 where it is none of them. */
  knownKey(texts: KnownTexts): number {
    return texts.find(this.#bytes, this.#keyFrom, this.#keyTo);
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

/** Of an entry of a map (https://protobuf.dev/programming-guides/encoding/#maps). */
const KEY_TAG = bytesTag(1);
const VALUE_TAG = bytesTag(2);

/** A length of one or two bytes in the fewest that it needs; -1 where it is another one, or ends where the bytes do. */
function shortLength(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end) return -1;
  const first = bytes[at] as number;
  if (first < 0x80) return first;
  const second = bytes[at + 1] as number;
  return second === 0 || second >= 0x80 ? -1 : (first & 0x7f) | (second << 7);
}

function lengthBytes(length: number): number {
  return length < 0x80 ? 1 : 2;
}

/** What grpc-go answers to such bytes too. */
function malformed(reason: string): MessageError {
  return new MessageError('INTERNAL', reason);
}
