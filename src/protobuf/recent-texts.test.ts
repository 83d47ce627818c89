import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MessageError } from './message-error.ts';
import { RecentTexts } from './recent-texts.ts';

it('any texts are read as they are, however often and in whatever order they come', () => {
  const text = fc.oneof(
    fc.constantFrom('client', 'clieNt', 'tenant', '', 'é', '\ufffd', 'x'.repeat(64), 'x'.repeat(65)),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
  );
  fc.assert(
    fc.property(fc.array(text, { size: '+1' }), (texts) => {
      const recent = new RecentTexts();
      const bytes = Buffer.from(texts.join(''));
      let at = 0;
      const read = texts.map((each) => {
        const from = at;
        at += Buffer.byteLength(each);
        return recent.read(bytes, from, at);
      });
      expect(read).toEqual(texts);
    }),
  );
});

it('what it has read stays what it was when the bytes it was read from are written over', () => {
  const recent = new RecentTexts();
  const bytes = Buffer.from('client');
  expect(recent.read(bytes, 0, 6)).toBe('client');
  bytes.write('cl\0ent');
  expect(recent.read(bytes, 0, 6)).toBe('cl\0ent');
  expect(recent.read(Buffer.from('client'), 0, 6)).toBe('client');
});

it('bytes that are not UTF-8 are refused each time', () => {
  const recent = new RecentTexts();
  for (let time = 0; time < 3; time += 1) {
    expect(() => recent.read(Buffer.of(0x61, 0xff, 0x62), 0, 3)).toThrow(MessageError);
  }
});
