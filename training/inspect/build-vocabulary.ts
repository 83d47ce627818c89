import { normaliseText } from '../../src/inspect/text/normalise.ts';
import { createWords, tokenize } from '../../src/inspect/words/tokenize.ts';
import type { KnownWord } from '../../src/inspect/words/vocabulary.ts';
import { classBit, WORD_CLASSES } from '../../src/inspect/words/word-classes.ts';
import { LEXICON } from './lexicon.ts';

/** Most frequent words of English text: a disguise shows in them. */
const COMMON =
  'the of and to in is you that it he was for on are as with his they at be this have from or one had by but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see no way could people my than first been call who now find long down day did get come made may part the a i me please only any say tell just new'.split(
    ' ',
  );

/** Words occurring in so many attacks of the training data are known. */
const MIN_ATTACKS = 2;
const MAX_LENGTH = 24;

/** The words that the model should know: the lexicon's, common ones, and those of the attacks. */
export function buildVocabulary(attacks: readonly string[], maxWords: number): KnownWord[] {
  const classes = new Map<string, number>();
  for (const name of WORD_CLASSES) {
    for (const word of LEXICON[name].split(/\s+/).filter((text) => text !== '')) {
      const folded = fold(word);
      if (isOneWord(folded)) classes.set(folded, (classes.get(folded) ?? 0) | classBit(name));
    }
  }
  const known = new Set([...COMMON, ...classes.keys()]);
  const frequency = new Map<string, number>();
  for (const attack of attacks) {
    const seen = new Set(fold(attack).match(/[a-z']{3,}/g) ?? []);
    for (const word of seen) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  const frequent = [...frequency]
    .filter(
      ([word, attacksWithIt]) =>
        attacksWithIt >= MIN_ATTACKS && word.length <= MAX_LENGTH && !word.includes("'"),
    )
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  for (const [word] of frequent) if (known.size < maxWords && isOneWord(word)) known.add(word);
  return [...known].map((text) => ({ text, classes: classes.get(text) ?? 0 }));
}

function fold(text: string): string {
  return normaliseText(text).toLowerCase();
}

const words = createWords(20_000);
function isOneWord(text: string): boolean {
  tokenize(text, words);
  return words.count === 1 && words.start[0] === 0;
}
