import { expect, test } from 'vitest';
import { composeCompatibility } from './compatibility.ts';

test.each([
  ['full-width', '\uff49\uff47\uff4e\uff4f\uff52\uff45', 'ignore'],
  ['mathematical bold', '\u{1d422}\u{1d420}\u{1d427}\u{1d428}\u{1d42b}\u{1d41e}', 'ignore'],
  ['circled', '\u24d8\u24d6\u24dd\u24de\u24e1\u24d4', 'ignore'],
  ['superscript', '\u1d4d\u1d52', 'go'],
  ['in brackets', '\u24a4\u24a2\u24a9\u24aa\u24ad\u24a0 \u{1f110}', 'ignore a'],
  ['a ligature', '\ufb01le', 'file'],
  ['a letter and a combining accent', 'cafe\u0301', 'caf\u00e9'],
  ['an ideographic space', 'a\u3000b', 'a b'],
])('%s', (_, text, expected) => {
  expect(composeCompatibility(text)).toBe(expected);
});

test('no text becomes more than three times as long', () => {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const character = String.fromCodePoint(code);
    const { length } = composeCompatibility(character);
    if (length > 3 * character.length) expect({ code: code.toString(16), length }).toBeUndefined();
  }
});
