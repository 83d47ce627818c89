/**
 * The numbers of a MessagePack list as Redis's cmsgpack writes it (https://github.com/msgpack/msgpack/blob/master/spec.md).
 * The library that speaks to Redis takes ten times as long for a list of Redis's own.
 * @throws RangeError where it is no list of numbers
 */
export function readNumbers(bytes: Buffer): number[] {
  const first = bytes.readUInt8(0);
  let at = 1;
  let count = first & 0x0f;
  if (first === 0xdc) {
    count = bytes.readUInt16BE(at);
    at += 2;
  } else if (first === 0xdd) {
    count = bytes.readUInt32BE(at);
    at += 4;
  } else if (first >> 4 !== 0x9) {
    throw new RangeError('Redis answered with something else than a list');
  }
  if (count > bytes.length - at) throw new RangeError('Redis answered with a list that is cut off');
  const numbers = new Array<number>(count);
  for (let index = 0; index < count; index += 1) {
    const type = bytes.readUInt8(at);
    at += 1;
    if (type < 0x80) {
      numbers[index] = type;
    } else if (type >= 0xe0) {
      numbers[index] = type - 0x100;
    } else {
      numbers[index] = readNumber(bytes, type, at);
      at += LENGTHS[type - FIRST_TYPE] ?? 0;
    }
  }
  return numbers;
}

/** Bytes that follow the types from float32 to int64. */
const FIRST_TYPE = 0xca;
const LENGTHS = [4, 8, 1, 2, 4, 8, 1, 2, 4, 8];

function readNumber(bytes: Buffer, type: number, at: number): number {
  switch (type) {
    case 0xca:
      return bytes.readFloatBE(at);
    case 0xcb:
      return bytes.readDoubleBE(at);
    case 0xcc:
      return bytes.readUInt8(at);
    case 0xcd:
      return bytes.readUInt16BE(at);
    case 0xce:
      return bytes.readUInt32BE(at);
    case 0xcf:
      return bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
    case 0xd0:
      return bytes.readInt8(at);
    case 0xd1:
      return bytes.readInt16BE(at);
    case 0xd2:
      return bytes.readInt32BE(at);
    case 0xd3:
      return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
    default:
      throw new RangeError('Redis answered with something else than a number');
  }
}

const FIRST_BYTES = 4 * 1024;
/** A buffer that grew beyond this is not kept. */
const KEPT_BYTES = 64 * 1024;
/** A type, and a number or a length of at most 8 bytes. */
const MAX_HEAD_BYTES = 9;
const MAX_BYTES_OF_A_CHARACTER = 3;
const MAX_INT32 = 2 ** 31 - 1;

let scratch = Buffer.allocUnsafeSlow(FIRST_BYTES);
let end = 0;
let count = 0;

/** Begins a list as Redis's cmsgpack reads it. One is written at a time. */
export function beginList(): void {
  count = 0;
  end = 0;
  if (scratch.length > KEPT_BYTES) scratch = Buffer.allocUnsafeSlow(FIRST_BYTES);
  writeLength(0xdd, 0);
}

/** Adds to the list. Texts become UTF-8. */
export function writeItem(value: string | number): void {
  count += 1;
  if (typeof value === 'number') writeNumber(value);
  else writeText(value);
}

/** @returns the list's bytes, which are its own until the next one begins */
export function endList(): Buffer {
  scratch.writeUInt32BE(count, 1);
  return scratch.subarray(0, end);
}

/** A whole list, as from endList. */
export function writeList(values: readonly (string | number)[]): Buffer {
  beginList();
  for (let index = 0; index < values.length; index += 1) writeItem(values[index] as string | number);
  return endList();
}

function writeNumber(value: number): void {
  reserve(MAX_HEAD_BYTES);
  // As most numbers of a call of many buckets are.
  if (value >= -32 && value <= 127 && Number.isInteger(value)) {
    end = scratch.writeInt8(value, end);
  } else if (Number.isInteger(value) && Math.abs(value) <= MAX_INT32) {
    scratch[end] = 0xd2;
    end = scratch.writeInt32BE(value, end + 1);
  } else {
    scratch[end] = 0xcb;
    end = scratch.writeDoubleBE(value, end + 1);
  }
}

function writeText(value: string): void {
  reserve(MAX_HEAD_BYTES + value.length * MAX_BYTES_OF_A_CHARACTER);
  const start = end;
  writeLength(0xdb, 0);
  const bytes = scratch.write(value, end);
  end += bytes;
  scratch.writeUInt32BE(bytes, start + 1);
}

function writeLength(type: number, length: number): void {
  scratch[end] = type;
  end = scratch.writeUInt32BE(length, end + 1);
}

function reserve(count: number): void {
  if (end + count <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(end + count, scratch.length * 2));
  scratch.copy(larger, 0, 0, end);
  scratch = larger;
}
