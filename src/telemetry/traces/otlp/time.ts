import type { MessageWriter } from '../../../protobuf/index.ts';

/** 1e9 is this times 2^9, and this times the seconds until the year 2106 is a safe integer. */
const ODD_PART_OF_1E9 = 1_953_125;
const TWO_TO_23 = 2 ** 23;
const TWO_TO_32 = 2 ** 32;

/** Writes milliseconds since the epoch as OTLP has times: nanoseconds in 64 bits. A BigInt would cost more than the whole span. */
export function writeTime(writer: MessageWriter, tag: number, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  const nanoseconds = Math.round((ms - seconds * 1000) * 1e6);
  const product = seconds * ODD_PART_OF_1E9;
  const low = (product % TWO_TO_23) * 2 ** 9 + nanoseconds;
  const high = Math.floor(product / TWO_TO_23) + Math.floor(low / TWO_TO_32);
  writer.fixed64(tag, low % TWO_TO_32, high);
}
