import { expect, it } from 'vitest';
import { checkPlainText } from './plain-text.ts';

it.each(['\u0000', '\n', '\u001b[2J', '\u007f', '\u009b'])(
  'a text with %j is refused, and not repeated',
  (text) => {
    const check = () =>
      checkPlainText([
        ['The domain', 'shop'],
        ['The reason', `a${text}b`],
      ]);
    expect(check).toThrow(expect.objectContaining({ code: 'invalid_text' }));
    expect(check).toThrow(/^The reason holds the control character U\+00[0-9A-F]{2}:/);
  },
);

it('a text in any script is taken', () => {
  checkPlainText([
    ['The reason', 'größer – 大きい 🙂'],
    ['The value of tenant', ''],
  ]);
});
