import { expect, test } from 'vitest';
import { decodeLookalikes } from './lookalikes.ts';

test.each([
  ['Cyrillic', 'ign\u043er\u0435 \u0430ll', 'ignore all'],
  ['Cyrillic capitals', 'IGN\u041eR\u0415', 'IGNORE'],
  ['Greek', 'ign\u03bfre', 'ignore'],
])('letters are read as what they look like: %s', (_, text, expected) => {
  expect(decodeLookalikes(text)[0]?.text).toBe(expected);
});

test('words of another script stay what they are', () => {
  const text = '\u043f\u0440\u0438\u0432\u0435\u0442 world \u03ba\u03cc\u03c3\u03bc\u03b5';
  expect(decodeLookalikes(text)[0]?.text).toBe(text);
});
