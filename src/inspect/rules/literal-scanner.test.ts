import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UnitBuffer } from '../text/unit-buffer.ts';
import { foldText } from './fold.ts';
import { LiteralScanner } from './literal-scanner.ts';

function scan(literals: readonly string[], text: string): [literal: string, end: number][] {
  const scanner = new LiteralScanner(literals);
  const found: [string, number][] = [];
  const units = new UnitBuffer();
  units.write(text);
  scanner.scan(units, (literal, end) => found.push([literals[literal] as string, end]));
  return found;
}

test('finds each literal wherever it ends, within others too', () => {
  expect(scan(['he', 'she', 'his', 'hers'], 'ushers')).toEqual([
    ['she', 4],
    ['he', 4],
    ['hers', 6],
  ]);
});

test('passes over case and accents', () => {
  expect(scan(['instrucción', '忽略'], 'INSTRUCCION 忽略 instrucciÓn')).toEqual([
    ['instrucción', 11],
    ['忽略', 14],
    ['instrucción', 26],
  ]);
});

test('finds what a search for each literal finds', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'É', 'e'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 6 }), fc.array(word), (literals, words) => {
      const text = words.join('');
      const expected = literals.flatMap((literal) =>
        Array.from({ length: text.length }, (_, at) => at + 1)
          .filter((end) => foldText(text.slice(0, end)).endsWith(foldText(literal)))
          .map((end) => `${literal} ${end}`),
      );
      expect(
        scan(literals, text)
          .map(([literal, end]) => `${literal} ${end}`)
          .sort(),
      ).toEqual(expected.sort());
    }),
  );
});
