import { BETWEEN } from './characters.ts';
import { joinHashes } from './hash.ts';
import { pushWord, type Words } from './tokenize.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Shortest word that is looked for in two halves. */
const MIN_SPLIT_LETTERS = 5;

/**
 * Looks words up in the vocabulary and corrects those whose letters are only out of order.
 * @param places of each word in the vocabulary, -1 where it is not known; overwritten
 * @returns how many pairs of neighbours, at least one of them unknown, make a known word together
 */
export function recogniseWords(words: Words, vocabulary: Vocabulary, places: Int32Array): number {
  let splits = 0;
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
    if (at > 0 && (place < 0 || (places[at - 1] as number) < 0) && findJoined(words, at, vocabulary) >= 0) {
      splits += 1;
    }
  }
  return splits;
}

/**
 * Writes split words as one: `igno re`, `igno-re`, `"igno" + "re"`.
 * @param joined is overwritten, as are its places
 */
export function joinSplitWords(
  words: Words,
  vocabulary: Vocabulary,
  places: Int32Array,
  joined: Words,
  joinedPlaces: Int32Array,
): void {
  joined.count = 0;
  for (let at = 0; at < words.count; at += 1) {
    const next = at + 1;
    const start = words.start[at] as number;
    const before = words.before[at] as number;
    const isSplit = next < words.count && ((places[at] as number) < 0 || (places[next] as number) < 0);
    const place = isSplit ? findJoined(words, next, vocabulary) : -1;
    joinedPlaces[joined.count] = place >= 0 ? place : (places[at] as number);
    if (place < 0 && isSplit && isSplitByMarks(words, next)) {
      const length = words.length[next] as number;
      const hash = joinHashes(words.hash[at] as number, words.hash[next] as number, length);
      joinedPlaces[joined.count] = -1;
      pushWord(joined, hash, 0, 0, length + (words.length[at] as number), start, spaceFor(before));
      at = next;
    } else if (place >= 0) {
      const hash = vocabulary.hash[place] as number;
      const stem = vocabulary.stem[place] as number;
      // What stood around a half does not stand around the word.
      pushWord(joined, hash, stem, 0, vocabulary.length[place] as number, start, spaceFor(before));
      at = next;
    } else {
      const hash = words.hash[at] as number;
      pushWord(
        joined,
        hash,
        words.stem[at] as number,
        0,
        words.length[at] as number,
        start,
        spaceFor(before),
      );
    }
  }
}

/** Whether only a hyphen or a concatenation of strings, `" + "`, is between a word and the one before it. */
function isSplitByMarks(words: Words, at: number): boolean {
  const end = (words.start[at - 1] as number) + (words.length[at - 1] as number);
  const gap = (words.start[at] as number) - end;
  const before = words.before[at];
  return (gap === 1 && before === BETWEEN.mark) || (gap === 5 && before === BETWEEN.quote);
}

function spaceFor(before: number): number {
  return before === BETWEEN.quote || before === BETWEEN.other ? BETWEEN.space : before;
}

/** The place of the known word that a word makes with the one before it; -1 where it makes none. */
function findJoined(words: Words, at: number, vocabulary: Vocabulary): number {
  const length = words.length[at] as number;
  const total = length + (words.length[at - 1] as number);
  if (total < MIN_SPLIT_LETTERS) return -1;
  const place = vocabulary.find(joinHashes(words.hash[at - 1] as number, words.hash[at] as number, length));
  return place >= 0 && vocabulary.length[place] === total ? place : -1;
}
