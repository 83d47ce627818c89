import fc from 'fast-check';
import { expect, it } from 'vitest';
import { percentEncode } from './answer.ts';

it('percent-encodes what is not printable ASCII, and percent signs', () => {
  expect(percentEncode('50 % of “it”\r\n~')).toBe('50 %25 of %E2%80%9Cit%E2%80%9D%0D%0A~');
});

it('makes texts that decode to what they were, of printable ASCII alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = percentEncode(text);
      expect(encoded).toMatch(/^[ -~]*$/);
      expect(decodeURIComponent(encoded)).toBe(text);
    }),
  );
});
