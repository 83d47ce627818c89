import type { MessageWriter } from '../../../protobuf/index.ts';

const TWO_TO_16 = 2 ** 16;
const TWO_TO_32 = 2 ** 32;
const NS_OF_A_MS = 1e6;

/**
 * Writes milliseconds since the epoch as OTLP has times: nanoseconds in 64 bits. A BigInt would cost more than the whole
 * span. All of it are safe integers until the year 2106.
 */
export function writeTime(writer: MessageWriter, tag: number, ms: number): void {
  const wholeMs = Math.floor(ms);
  const upperMs = Math.floor(wholeMs / TWO_TO_16);
  // Nanoseconds are 2^16 times these, and what the lower part of the milliseconds and their fraction are.
  const upper = upperMs * NS_OF_A_MS;
  const rest = (wholeMs - upperMs * TWO_TO_16) * NS_OF_A_MS + Math.round((ms - wholeMs) * NS_OF_A_MS);
  const high = Math.floor(upper / TWO_TO_16);
  const low = (upper - high * TWO_TO_16) * TWO_TO_16 + rest;
  const carry = Math.floor(low / TWO_TO_32);
  writer.fixed64(tag, low - carry * TWO_TO_32, high + carry);
}
