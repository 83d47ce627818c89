import { FeatureReader } from '../../src/inspect/model/features.ts';
import { normaliseText } from '../../src/inspect/text/normalise.ts';
import { recogniseWords } from '../../src/inspect/words/recognise.ts';
import { createWords, tokenize } from '../../src/inspect/words/tokenize.ts';
import type { Vocabulary } from '../../src/inspect/words/vocabulary.ts';

/** Long texts teach no more than their beginning. */
const MAX_CHARACTERS = 20_000;
const words = createWords(MAX_CHARACTERS);
const places = new Int32Array(MAX_CHARACTERS);
const features = new FeatureReader(MAX_CHARACTERS);

/** A text as the model sees it: the features of each word. */
export interface Prepared {
  values: Int32Array;
  ends: Int32Array;
}

export function prepare(text: string, vocabulary: Vocabulary): Prepared {
  tokenize(normaliseText(text).slice(0, MAX_CHARACTERS), words);
  recogniseWords(words, vocabulary, places);
  features.begin();
  features.read(words, places, vocabulary, 0, words.count);
  const ends = features.ends.slice(0, words.count);
  return { values: features.values.slice(0, ends.at(-1) ?? 0), ends };
}
