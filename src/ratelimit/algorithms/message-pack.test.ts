import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readNumbers, writeList } from './message-pack.ts';

const list = (count: number, ...rest: number[]) => Buffer.from([0x90 + count, ...rest]);

test.each([
  ['none', list(0), []],
  ['fixint', list(4, 0x00, 0x7f, 0xe0, 0xff), [0, 127, -32, -1]],
  ['8 bits', list(2, 0xcc, 0x80, 0xd0, 0x80), [128, -128]],
  ['16 bits', list(2, 0xcd, 0x01, 0x00, 0xd1, 0xff, 0x00), [256, -256]],
  ['32 bits', list(2, 0xce, 0xff, 0xff, 0xff, 0xff, 0xd2, 0x80, 0, 0, 0), [2 ** 32 - 1, -(2 ** 31)]],
  [
    '64 bits',
    list(2, 0xcf, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xd3, 0xff, 0xe0, 0, 0, 0, 0, 0, 1),
    [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  ],
  ['fractions', list(2, 0xca, 0x3f, 0, 0, 0, 0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0), [0.5, 0.5]],
])('reads numbers of all lengths: %s', (_, bytes, numbers) => {
  expect(readNumbers(bytes)).toEqual(numbers);
});

test('reads lists of all lengths', () => {
  const ones = (count: number) => Buffer.alloc(count, 1);
  expect(readNumbers(Buffer.concat([Buffer.from([0xdc, 1, 0]), ones(256)]))).toEqual(Array(256).fill(1));
  expect(readNumbers(Buffer.concat([Buffer.from([0xdd, 0, 1, 0, 0]), ones(65_536)]))).toHaveLength(65_536);
});

test.each([
  ['a map', Buffer.from([0x80])],
  ['a list that is cut off', list(2, 1)],
  ['a number that is cut off', list(1, 0xce, 1)],
  ['a list of texts', list(1, 0xa1, 0x61)],
  ['nothing', Buffer.alloc(0)],
])('refuses %s', (_, bytes) => {
  expect(() => readNumbers(bytes)).toThrow(RangeError);
});

test('numbers that were written are read again', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double())), (numbers) => {
      // As numbers of a list of Redis, -0 is 0.
      expect(readNumbers(writeList(numbers)).map((each) => each + 0)).toEqual(
        numbers.map((each) => each + 0),
      );
    }),
  );
});

test('texts are written as UTF-8, however long', () => {
  const long = 'ü'.repeat(30_000);
  const written = (text: string) => writeList([text]).subarray(5);
  for (const text of ['', 'a', 'ü', long]) {
    const expected = Buffer.from(`?????${text}`);
    expected.writeUInt8(0xdb);
    expected.writeUInt32BE(Buffer.byteLength(text), 1);
    expect(written(text)).toEqual(expected);
  }
  expect(readNumbers(writeList([1, 2]))).toEqual([1, 2]);
});
