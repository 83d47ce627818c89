import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRot13, rot13 } from './rot13.ts';

test('letters are moved by half the alphabet, nothing else', () => {
  expect(decodeRot13('Vtaber 7 cerivbhf, h\u00e9!')[0]?.text).toBe('Ignore 7 previous, u\u00e9!');
});

test('twice is the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(rot13(rot13(text)).toWellFormed()).toBe(text.toWellFormed());
    }),
  );
});

test('a place stays where it was', () => {
  expect(decodeRot13('Vtaber')[0]?.originOf(4)).toEqual({ start: 4, end: 5 });
});
