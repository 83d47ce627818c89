import fc from 'fast-check';
import { expect, test } from 'vitest';
import { piecesOf } from './tried-pieces.ts';

test('findings that overlap are cut into pieces, each with all that apply to it', () => {
  const reasons = [
    { rule: 'a', position: 0, end: 6 },
    { rule: 'b', position: 4, end: 8 },
  ];
  expect(piecesOf('Ignore all', reasons)).toEqual([
    { start: 0, text: 'Igno', found: ['a'] },
    { start: 4, text: 're', found: ['a', 'b'] },
    { start: 6, text: ' a', found: ['b'] },
    { start: 8, text: 'll', found: [] },
  ]);
});

test('the pieces together are the text, wherever the findings are said to be', () => {
  const reason = fc.record({
    rule: fc.string(),
    position: fc.integer({ max: 60 }),
    end: fc.integer({ max: 60 }),
  });
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.array(reason, { maxLength: 6 }), (text, reasons) => {
      expect(
        piecesOf(text, reasons)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
    }),
  );
});
