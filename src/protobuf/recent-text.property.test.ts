import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageError } from './message-error.ts';
import { RecentText } from './recent-text.ts';

const long = 'a'.repeat(64);
const texts = fc.oneof(
  fc.constantFrom('', 'GET', 'GEt', 'POST', 'ü', long, `${long}a`),
  fc.string({ unit: 'binary' }),
);

test('gives the text of the bytes, whichever it had before', () => {
  fc.assert(
    fc.property(fc.array(texts), fc.nat(3), (all, offset) => {
      const recent = new RecentText();
      for (const text of all) {
        const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text), Buffer.from('rest')]);
        expect(recent.textOf(bytes, offset, offset + Buffer.byteLength(text))).toBe(text);
      }
    }),
  );
});

test('refuses what is not UTF-8, and goes on as before', () => {
  const recent = new RecentText();
  expect(recent.textOf(Buffer.from('a'), 0, 1)).toBe('a');
  expect(() => recent.textOf(Buffer.of(0xff), 0, 1)).toThrow(MessageError);
  expect(recent.textOf(Buffer.from('a'), 0, 1)).toBe('a');
});
