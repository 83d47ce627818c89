import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endsRun } from './characters.ts';
import { RunSearch } from './run-search.ts';

const plain = fc.oneof(
  fc.constantFrom(0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x80, 0x9f, 0xa2, 0xdc, 0xff),
  fc.integer({ min: 0x5d, max: 0xff }),
);
const ending = fc.oneof(fc.constantFrom(0x22, 0x5c, 0x1f, 0x00), fc.integer({ min: 0, max: 0x1f }));
const byte = fc.oneof({ weight: 60, arbitrary: plain }, { weight: 1, arbitrary: ending });

/** As JavaScript finds it, byte by byte. */
function endFrom(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && !endsRun(bytes[at] as number)) at += 1;
  return at;
}

test('a run ends at the next quote, backslash or control character, wherever that is', () => {
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 300 }), fc.nat(20), (values, offset) => {
      const bytes = Buffer.from([...Array(offset).fill(0x22), ...values]).subarray(offset);
      const search = new RunSearch(bytes);
      for (let at = 0; at <= bytes.length; at += 1) expect(search.endFrom(at)).toBe(endFrom(bytes, at));
    }),
  );
});

test('each byte ends a run or does not, as in JavaScript', () => {
  for (let value = 0; value < 256; value += 1) {
    const bytes = new Uint8Array(100).fill(0x61).fill(value, 70, 71);
    expect(new RunSearch(bytes).endFrom(3)).toBe(endFrom(bytes, 3));
  }
});

test('also in a text that is looked at piece by piece, and back and forth', () => {
  const bytes = new Uint8Array(300_000).fill(0x61);
  const ends = [0, 65_535, 65_536, 70_000, 131_071, 131_072, 200_001, 299_999];
  for (const end of ends) bytes[end] = 0x22;
  const search = new RunSearch(bytes);
  const starts = [...ends, ...ends.map((end) => end + 1), 1, 150_000, 65_530];
  for (const start of starts) expect(search.endFrom(start)).toBe(endFrom(bytes, start));
});

test('what was searched before leaves nothing behind', () => {
  expect(new RunSearch(new Uint8Array(100).fill(0x22)).endFrom(0)).toBe(0);
  expect(new RunSearch(new Uint8Array(50).fill(0x61)).endFrom(0)).toBe(50);
  expect(new RunSearch(new Uint8Array(0)).endFrom(0)).toBe(0);
});
