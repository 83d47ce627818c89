import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unlimitedWork } from '../work.ts';
import { decodePercent } from './percent.ts';

test.each([
  ['every letter', '%49%67%6e%6f%72%65%20%69%74', 'Ignore it'],
  ['some letters', '%49gn%6fre%20%69t', 'Ignore it'],
  ['bytes of UTF-8', 'caf%C3%A9%20au%20lait', 'caf\u00e9 au lait'],
  ['a form, in which a plus is a space', '%49gnore+%61ll+%72ules', 'Ignore all rules'],
  ['a broken byte', 'abc%20def%20%ff%20ghi', 'abc def \ufffd ghi'],
])('percent-encoding is read: %s', (_, text, expected) => {
  expect(decodePercent(text, unlimitedWork())[0]?.text).toBe(expected);
});

test('any bytes are what UTF-8 makes of them, valid or not', () => {
  const around = 'letters '.repeat(40);
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 3, maxLength: 20 }),
    fc.string({ unit: 'grapheme', minLength: 3, maxLength: 8 }).map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(bytes, (some) => {
      const run = Array.from(some, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      const expected = Buffer.from(some).toString('utf8');
      const [decoded] = decodePercent(`${around}${run}`, unlimitedWork());
      expect(decoded?.text.endsWith(` ${expected}`)).toBe(true);
    }),
  );
});

test.each([
  ['a link with one space', 'https://example.com/a%20b'],
  ['percentages', 'from 5% to 10% and then 100%'],
  ['a format', '%s is %d of %i'],
])('is left alone: %s', (_, text) => {
  expect(decodePercent(text, unlimitedWork())).toEqual([]);
});

test('only its lines are read, and a letter says where it stands', () => {
  const decoded = decodePercent('plain\n%49%67%6e%6f%72%65%20%69%74\nplain', unlimitedWork())[0];
  expect(decoded).toMatchObject({ text: 'Ignore it', start: 6, end: 33 });
  expect(decoded?.originOf(1)).toEqual({ start: 6, end: 33 });
});
