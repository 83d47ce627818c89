const FIRST_BYTES = 16 * 1024;
/** A buffer that grew beyond this is not kept. */
const KEPT_BYTES = 256 * 1024;
/** An argument's length and the ends of its two lines. */
const MAX_FRAME_BYTES = 16;
const MAX_BYTES_OF_A_CHARACTER = 3;
const MAX_INT32 = 2 ** 31 - 1;
const MAX_INT32_DIGITS = 11;

const ASTERISK = 0x2a;
const DOLLAR = 0x24;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const MINUS = 0x2d;
const ZERO = 0x30;

let bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
let end = 0;

export type Argument = string | number | Buffer;

/**
 * A command in bytes of its own, as Redis reads it
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/#sending-commands-to-a-redis-server).
 * @param parts its arguments, one list after the other
 */
export function writeCommand(...parts: readonly (readonly Argument[])[]): Buffer {
  end = 0;
  reserve(MAX_FRAME_BYTES);
  line(
    ASTERISK,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  for (const part of parts) {
    for (let index = 0; index < part.length; index += 1) {
      argument(part[index] as Argument);
    }
  }
  const command = Buffer.from(bytes.subarray(0, end));
  if (bytes.length > KEPT_BYTES) bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  return command;
}

function argument(value: Argument): void {
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= MAX_INT32) integer(value);
  else if (Buffer.isBuffer(value)) binary(value);
  else text(String(value));
  bytes[end] = CARRIAGE_RETURN;
  bytes[end + 1] = LINE_FEED;
  end += 2;
}

/** As most arguments of a call of many keys are. */
function integer(value: number): void {
  reserve(MAX_FRAME_BYTES + MAX_INT32_DIGITS);
  const magnitude = Math.abs(value);
  const isNegative = value < 0;
  line(DOLLAR, digitsOf(magnitude) + (isNegative ? 1 : 0));
  if (isNegative) {
    bytes[end] = MINUS;
    end += 1;
  }
  digits(magnitude);
}

function binary(value: Buffer): void {
  reserve(MAX_FRAME_BYTES + value.length);
  line(DOLLAR, value.length);
  end += value.copy(bytes, end);
}

function text(value: string): void {
  const { length } = value;
  reserve(MAX_FRAME_BYTES + length * MAX_BYTES_OF_A_CHARACTER);
  const start = end;
  // Nearly always all of it is ASCII, of which a text's length is that of its bytes.
  line(DOLLAR, length);
  const written = bytes.write(value, end);
  if (written === length) {
    end += length;
    return;
  }
  end = start;
  line(DOLLAR, written);
  end += bytes.write(value, end);
}

/** What kind of thing follows, and how many of it. */
function line(kind: number, count: number): void {
  bytes[end] = kind;
  end += 1;
  digits(count);
  bytes[end] = CARRIAGE_RETURN;
  bytes[end + 1] = LINE_FEED;
  end += 2;
}

function digits(value: number): void {
  const start = end;
  end += digitsOf(value);
  let rest = value;
  for (let at = end - 1; at >= start; at -= 1) {
    const tenth = Math.trunc(rest / 10);
    bytes[at] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
}

function digitsOf(value: number): number {
  let count = 1;
  for (let bound = 10; bound <= value; bound *= 10) count += 1;
  return count;
}

function reserve(count: number): void {
  if (end + count <= bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(end + count, bytes.length * 2));
  bytes.copy(larger, 0, 0, end);
  bytes = larger;
}
