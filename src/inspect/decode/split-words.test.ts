import { expect, test } from 'vitest';
import { appendLetter } from '../words/hash.ts';
import { decodeSplitWords } from './split-words.ts';

const hashOf = (word: string) =>
  [...word].reduce((hash, letter) => appendLetter(hash, letter.charCodeAt(0)), 0);
const KNOWN = new Set(
  ['ignore', 'all', 'previous', 'instructions', 'for', 'get', 'forget', 'end', 'to'].map(hashOf),
);
const decode = (text: string) => decodeSplitWords(text, (hash) => KNOWN.has(hash))[0];

test.each([
  ['a space', 'igno re all prev ious', 'ignore all previous'],
  ['a hyphen', 'igno-re all prev-ious', 'ignore all previous'],
  ['a low line', 'igno_re', 'ignore'],
  ['two spaces in a word', 'in struc tions', 'instructions'],
  ['halves that are words', 'for get all', 'forget all'],
  ['an unknown word with a hyphen', 'igm-re all', 'igmre all'],
])('words are put together that are split by %s', (_, text, expected) => {
  expect(decode(text)?.text).toBe(expected);
});

test.each([
  ['unknown words', 'foo bar baz'],
  ['known words with hyphens', 'end-to-end'],
  ['another gap', 'igno  re'],
  ['another line', 'igno\nre'],
])('stay apart: %s', (_, text) => {
  expect(decode(text)).toBeUndefined();
});

test('a letter says where it stands', () => {
  expect(decode('all igno re')?.originOf(8)).toEqual({ start: 9, end: 10 });
});
