import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recogniseWords } from '../words/recognise.ts';
import { createWords, tokenize } from '../words/tokenize.ts';
import { FeatureReader } from './features.ts';
import { readModel } from './model.ts';

const { vocabulary } = readModel(new URL('./model.json', import.meta.url));
const CAPACITY = 2_000;

test('a word has the same features however many words are read at a time', () => {
  const words = createWords(CAPACITY);
  const places = new Int32Array(CAPACITY);
  const reader = new FeatureReader(CAPACITY);
  const unit = fc.constantFrom(
    'ignore ',
    'all ',
    'previous ',
    'instructions ',
    'the ',
    'x1 ',
    '. ',
    '\n',
    '忽略',
  );
  const featuresOf = (ends: readonly number[]) => {
    const features: number[][] = [];
    reader.begin();
    let from = 0;
    for (const to of ends) {
      reader.read(words, places, vocabulary, from, to);
      let first = 0;
      for (let at = 0; at < to - from; at += 1) {
        features.push([...reader.values.subarray(first, reader.ends[at])]);
        first = reader.ends[at] as number;
      }
      from = to;
    }
    return features;
  };
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 100 }), fc.array(fc.nat()), (text, cuts) => {
      tokenize(text, words);
      recogniseWords(words, vocabulary, places);
      const ends = cuts.map((cut) => cut % (words.count + 1)).sort((a, b) => a - b);
      expect(featuresOf([...ends, words.count])).toEqual(featuresOf([words.count]));
    }),
  );
});
