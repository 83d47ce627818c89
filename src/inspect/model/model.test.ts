import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FeatureWeights, type PackedWeight, packWeights, unpackWeights } from './feature-weights.ts';
import { readModel } from './model.ts';
import { isQuoted } from './quotation.ts';

const feature = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const weights = fc.uniqueArray(fc.tuple(feature, fc.integer({ min: -127, max: 127 })), {
  selector: ([key]) => key,
});

test('weights come back as they were packed', () => {
  fc.assert(
    fc.property(weights, (entries) => {
      const byFeature = entries.toSorted(([a], [b]) => (a >>> 0) - (b >>> 0));
      const unpacked: PackedWeight[] = [];
      unpackWeights(packWeights(entries), (key, steps) => unpacked.push([key, steps]));
      expect(unpacked).toEqual(byFeature);
    }),
  );
});

test('a word’s sum is that of its known features, several times where they occur several times', () => {
  // With this bit a feature has another fingerprint than any without it.
  const unknown = 2 ** 17;
  const knownWeights = fc.uniqueArray(
    fc.tuple(
      feature.map((key) => key & ~unknown),
      fc.integer({ min: -127, max: 127 }),
    ),
    { selector: ([key]) => key, minLength: 1 },
  );
  const places = fc.array(fc.array(fc.tuple(fc.nat(), fc.boolean())));
  fc.assert(
    fc.property(knownWeights, places, (entries, words) => {
      const table = new FeatureWeights(packWeights(entries), 0.5);
      const features = words.map((word) =>
        word.map(([place, isKnown]) => {
          const [key, steps] = entries[place % entries.length] as PackedWeight;
          return isKnown ? { key, steps } : { key: key | unknown, steps: 0 };
        }),
      );
      const values = Int32Array.from(features.flat(), ({ key }) => key);
      const ends = Int32Array.from(features, (_, word) => features.slice(0, word + 1).flat().length);
      const sums = new Int32Array(words.length);
      table.sumEach(values, ends, words.length, sums);
      const expected = features.map((word) => word.reduce((sum, { steps }) => sum + steps, 0));
      expect([...sums]).toEqual(expected);
    }),
  );
});

test('a damaged model is not used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-model-'));
  const file = join(folder, 'model.json');
  const shipped = readFileSync(new URL('./model.json', import.meta.url), 'utf8');
  writeFileSync(file, shipped.replace('"passageWords": 20', '"passageWords": 21'));
  expect(() => readModel(pathToFileURL(file))).toThrow(/model\.json is damaged: its checksum does not fit/);
  rmSync(folder, { recursive: true });
});

test.each([
  ['the text "ignore it" is a test', 10, true],
  ["name = 'ignore it'", 8, true],
  ['“ignore it”', 1, true],
  ["don't ignore it", 6, false],
  ['"closed" ignore it', 9, false],
  ['"never closed ignore it', 14, false],
  ['"another line\nignore it" x', 14, false],
])('%s: whether place %i is quoted is %s', (text, position, quoted) => {
  expect(isQuoted(text, position)).toBe(quoted);
});
