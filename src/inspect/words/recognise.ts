import type { Words } from './tokenize.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Looks words up in the vocabulary and corrects those whose letters are only out of order.
 * @param places of each word in the vocabulary, -1 where it is not known; overwritten
 */
export function recogniseWords(words: Words, vocabulary: Vocabulary, places: Int32Array): void {
  for (let at = 0; at < words.count; at += 1) {
    let place = vocabulary.find(words.hash[at] as number);
    if (place < 0) {
      place = vocabulary.findMisspelt(words, at);
      if (place >= 0) {
        words.hash[at] = vocabulary.hash[place] as number;
        words.stem[at] = vocabulary.stem[place] as number;
      }
    }
    places[at] = place;
  }
}
