import { expect, test } from 'vitest';
import { removeInvisible } from './invisible.ts';

test.each([
  ['zero-width space', '\u200b'],
  ['zero-width non-joiner', '\u200c'],
  ['zero-width joiner', '\u200d'],
  ['word joiner', '\u2060'],
  ['zero-width no-break space', '\ufeff'],
  ['soft hyphen', '\u00ad'],
  ['left-to-right mark', '\u200e'],
  ['right-to-left override', '\u202e'],
  ['right-to-left isolate', '\u2067'],
  ['pop directional isolate', '\u2069'],
  ['variation selector', '\ufe0f'],
  ['combining grapheme joiner', '\u034f'],
  ['Hangul filler', '\u3164'],
  ['tag letter', '\u{e0061}'],
])('%s is removed', (_, character) => {
  expect(removeInvisible(`ig${character}nore`)).toBe('ignore');
});

test('what can be seen stays', () => {
  const text = 'tab\there, line\nthere, caf\u00e9, \u{1f600}, \u05d0';
  expect(removeInvisible(text)).toBe(text);
});
