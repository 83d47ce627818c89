import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsWildcard, parseWildcard } from './wildcard.ts';

const fits = (pattern: string, text: string) => {
  const parsed = parseWildcard(pattern);
  if (parsed === undefined) throw new Error(`${pattern} has no star`);
  return fitsWildcard(parsed, text);
};

describe('a wildcard', () => {
  it('needs a star', () => {
    expect(parseWildcard('a')).toBeUndefined();
    expect(parseWildcard('')).toBeUndefined();
  });

  it('of one star alone fits everything', () => {
    expect(fits('*', '')).toBe(true);
    expect(fits('*', 'line\nline')).toBe(true);
  });

  it('does not use a character of the text twice', () => {
    expect(fits('ab*bc', 'abc')).toBe(false);
    expect(fits('*ab*b*', 'ab')).toBe(false);
  });

  it('takes every other character for itself', () => {
    expect(fits('a.c*', 'abc')).toBe(false);
    expect(fits('[a]*', '[a]x')).toBe(true);
  });

  it('fits what the same regular expression fits', () => {
    const pattern = fc
      .array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 }), { minLength: 2, maxLength: 4 })
      .map((parts) => parts.join('*'));
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 10 }), (written, texts) => {
        const expression = new RegExp(`^${written.replaceAll('*', '.*')}$`);
        for (const candidate of texts) expect(fits(written, candidate)).toBe(expression.test(candidate));
      }),
    );
  });
});
