import { expect, test } from 'vitest';
import { printableLine, printableText } from './printable.ts';

test.each([
  ['\u001b[2Jgone', '<U+001B>[2Jgone'],
  ['a\r\nb', 'a<U+000D><U+000A>b'],
  ['\u009b31m', '<U+009B>31m'],
  ['user\u202Etxt.exe', 'user<U+202E>txt.exe'],
  ['plain text, ümlaut, 👩‍💻', 'plain text, ümlaut, 👩‍💻'],
])('%j is %j in a line', (text, shown) => {
  expect(printableLine(text)).toBe(shown);
});

test('a text keeps its lines and tabs, and nothing else that a terminal obeys', () => {
  expect(printableText('one\n\ttwo\r\u0007\u001b]0;title\u0007')).toBe(
    'one\n\ttwo<U+000D><U+0007><U+001B>]0;title<U+0007>',
  );
});
