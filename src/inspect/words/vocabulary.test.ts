import { describe, expect, test } from 'vitest';
import { reverse } from '../decode/reversed.ts';
import { rot13 } from '../decode/rot13.ts';
import { createWords, tokenize } from './tokenize.ts';
import { Vocabulary } from './vocabulary.ts';

const KNOWN = ['instructions', 'répond', 'игнорируй', 'hướng', 'निर्देश', 'تعليمات'];
const vocabulary = new Vocabulary([...KNOWN, 'abc'].map((text) => ({ text, classes: 0 })));

function hashOf(word: string): number {
  const words = createWords(word.length);
  tokenize(word, words);
  return words.hash[0] as number;
}

describe('a known word is told by how it reads in disguise:', () => {
  test.each(KNOWN)('%s', (word) => {
    expect(vocabulary.disguiseOf(hashOf(reverse(word)))).toBe('reversed');
    // Where there is no Latin letter, it stays what it was.
    expect(vocabulary.disguiseOf(hashOf(rot13(word)))).toBe('rot13');
  });
});

test('a short word is not: it is another word too often', () => {
  expect(vocabulary.disguiseOf(hashOf('cba'))).toBeUndefined();
  expect(vocabulary.disguiseOf(hashOf(rot13('abc')))).toBeUndefined();
});
