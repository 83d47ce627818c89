import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let from = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(from, from + size));
    from += size;
  }
  return [...chunks, bytes.subarray(from)];
}

const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\n', ''));

test('any lines come out whole, wherever the chunks are cut', () => {
  fc.assert(
    fc.property(fc.array(line), line, fc.array(fc.nat({ max: 30 })), (lines, rest, sizes) => {
      const splitter = new LineSplitter(10_000);
      const bytes = Buffer.from([...lines, rest].join('\n'));
      const out = cut(bytes, sizes).flatMap((chunk) => splitter.push(chunk));
      expect(out).toEqual(lines.map((text) => Buffer.from(text).toString()));
      expect(splitter.rest()).toBe(Buffer.from(rest).toString());
      expect(splitter.overflow).toBe(false);
    }),
  );
});

test('a line over the bound ends the stream, wherever the chunks are cut', () => {
  fc.assert(
    fc.property(fc.integer({ min: 11, max: 200 }), fc.array(fc.nat({ max: 9 })), (length, sizes) => {
      const splitter = new LineSplitter(10);
      const bytes = Buffer.from(`short\n${'x'.repeat(length)}\nlater\n`);
      const out = cut(bytes, sizes).flatMap((chunk) => splitter.push(chunk));
      expect(out).toEqual(['short']);
      expect(splitter.overflow).toBe(true);
    }),
  );
});

test('a line of exactly the bound passes', () => {
  const splitter = new LineSplitter(5);
  expect(splitter.push(Buffer.from('12345\n'))).toEqual(['12345']);
  expect(splitter.overflow).toBe(false);
});
