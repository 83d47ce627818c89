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
  const numbers: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const type = bytes.readUInt8(at);
    at += 1;
    if (type < 0x80) {
      numbers.push(type);
    } else if (type >= 0xe0) {
      numbers.push(type - 0x100);
    } else {
      numbers.push(readNumber(bytes, type, at));
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
      return Number(bytes.readBigUInt64BE(at));
    case 0xd0:
      return bytes.readInt8(at);
    case 0xd1:
      return bytes.readInt16BE(at);
    case 0xd2:
      return bytes.readInt32BE(at);
    case 0xd3:
      return Number(bytes.readBigInt64BE(at));
    default:
      throw new RangeError('Redis answered with something else than a number');
  }
}
