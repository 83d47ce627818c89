import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePhrases, phraseProblem } from './allowed-phrases.ts';

const blank = (phrase: string, text: string) => compilePhrases([phrase]).blank(text);

describe('a phrase is blanked', () => {
  test.each([
    ['ignore previous errors', 'Please ignore previous errors now.', 'Please                        now.'],
    ['ignore previous errors', 'Ignore  previous\nERRORS', ' '.repeat(23)],
    ['résumé générale', 'the RESUME generale', 'the                '],
    ['忽略以前的所有错误', '请忽略以前的所有错误。', `请${' '.repeat(9)}。`],
    ['(see the notes)', 'x(see the notes)y', 'x               y'],
  ])('%j in %j', (phrase, text, expected) => expect(blank(phrase, text)).toBe(expected));

  test('each time, also where phrases overlap', () => {
    const phrases = compilePhrases(['aaaa bbbb', 'bbbb cccc', 'aaaa bbbb cccc dddd']);
    expect(phrases.blank('aaaa bbbb, aaaa bbbb cccc!')).toBe(`${' '.repeat(9)}, ${' '.repeat(14)}!`);
    expect(phrases.blank('aaaa bbbb cccc dddd')).toBe(' '.repeat(19));
  });
});

test('a phrase is left alone where it is a part of longer words', () => {
  for (const text of ['reignore previous errors', 'ignore previous errorsome', 'ignore previouserrors']) {
    expect(blank('ignore previous errors', text)).toBe(text);
  }
});

test('a text without the phrase is what it was, and none changes its length', () => {
  const phrases = compilePhrases(['ignore previous errors', 'İstanbul’da bugün']);
  const text = fc.string({
    unit: fc.constantFrom('ignore', ' ', 'previous', 'errors', '\n', 'İ', '😀', 'x'),
  });
  fc.assert(
    fc.property(text, (any) => {
      const blanked = phrases.blank(any);
      expect(blanked).toHaveLength(any.length);
      if (!/ignore\s+previous\s+errors/.test(any)) expect(blanked).toBe(any);
    }),
  );
});

test('a phrase that is too short or too long is refused', () => {
  expect(phraseProblem('the rules')).toBeUndefined();
  expect(phraseProblem('the  rule')).toContain('at least 8 characters');
  expect(phraseProblem('x'.repeat(1_001))).toContain('at most 1000 characters');
});
