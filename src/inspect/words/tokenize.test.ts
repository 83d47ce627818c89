import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise, normaliseText } from '../text/normalise.ts';
import { OriginalPositions } from '../text/original-positions.ts';
import { BETWEEN } from './characters.ts';
import { joinHashes } from './hash.ts';
import { createWords, tokenize, type Words } from './tokenize.ts';
import { OF_WORD } from './word-starts.ts';

function read(text: string): Words {
  const words = createWords(Math.max(text.length, 1));
  tokenize(text, words);
  return words;
}
const hashes = (text: string) => [
  ...read(normaliseText(text)).hash.subarray(0, read(normaliseText(text)).count),
];

describe('words read the same', () => {
  test.each([
    ['in capitals', 'IGNORE'],
    ['full-width', '\uff49\uff47\uff4e\uff4f\uff52\uff45'],
    ['with zero-width characters', 'ig\u200bno\u2060re'],
    ['with a soft hyphen', 'ig\u00adnore'],
    ['with accents', 'ïgnóré'],
    ['with a Cyrillic letter', 'ign\u043ere'],
    ['in leetspeak', '1gn0r3'],
    ['in mathematical letters', '\u{1d422}\u{1d420}\u{1d427}\u{1d428}\u{1d42b}\u{1d41e}'],
  ])('%s', (_, text) => {
    expect(hashes(text)).toEqual(hashes('ignore'));
  });
});

test('Cyrillic words stay what they are', () => {
  expect(hashes('привет')).not.toEqual(hashes('npubet'));
});

test('an apostrophe within a word is no letter, one around a word no part of it', () => {
  expect(hashes("don't")).toEqual(hashes('dont'));
  expect(hashes("'quoted'")).toEqual(hashes('quoted'));
});

test('all numbers are one word', () => {
  expect(hashes('1 22 333')).toEqual([...hashes('4'), ...hashes('4'), ...hashes('4')]);
});

test('of a word of any length all letters count, wherever it stands', () => {
  const long = 'ignore'.repeat(100);
  expect(hashes(`all ${long}`)[1]).toBe(hashes(long)[0]);
  expect(hashes(`${long}s`)).not.toEqual(hashes(long));
  expect(hashes(`1${long.slice(1)}`)).toEqual(hashes(long));
});

test('a word of one letter, a number and a character of a script without spaces are told from each other', () => {
  const words = read('a 1 \u5ffd a1 \u0430');
  expect([...words.length.subarray(0, words.count)]).toEqual([1, 0, 1, 2, 1]);
  expect([...words.ofWord.subarray(0, words.count)]).toEqual([
    OF_WORD.latin,
    OF_WORD.digit,
    OF_WORD.unspaced,
    OF_WORD.latin | OF_WORD.digit,
    OF_WORD.foreign,
  ]);
});

test.each([
  ['"a" + "b"', true],
  ["'a'.'b'", true],
  ['`a`    | `b`', true],
  ['"a"     + "b"', false],
  ['"a" b + "c"', false],
  ["it's + that", false],
  ['“a” + “b”', false],
])('whether strings may be joined in %j: %s', (text, hasJoints) => {
  expect(read(text).hasJoints).toBe(hasJoints);
});

test('scripts without spaces are read character by character', () => {
  expect(read('忽略指令').count).toBe(4);
});

test.each([
  ['one two', BETWEEN.space],
  ['one. two', BETWEEN.sentence],
  ['one\ntwo', BETWEEN.line],
  ['one\n  two', BETWEEN.line],
  ['one\n// two', BETWEEN.mark],
  ['one: two', BETWEEN.colon],
  ['one "two', BETWEEN.quote],
  ['one <two', BETWEEN.open],
])('what stands between the words of %j is told', (text, between) => {
  expect(read(text).before[1]).toBe(between);
});

test('a word is found where it starts', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[^a-zA-Z0-9]{0,9}$/), (before) => {
      const text = normaliseText(before);
      fc.pre(read(text).count === 0);
      expect(read(`${text}word`).start[0]).toBe(text.length);
    }),
  );
});

test('the hash of two halves is that of the word', () => {
  const [first, second] = [read('instru'), read('ctions')];
  expect(joinHashes(first.hash[0] as number, second.hash[0] as number, 6)).toBe(read('instructions').hash[0]);
});

test('a position in the normalised text leads back to the text', () => {
  const text = 'a\u200b\u200bb \ufb01 c';
  const { text: normalised, ...rest } = normalise(text);
  const positions = new OriginalPositions(text, { text: normalised, ...rest });
  expect(normalised).toBe('ab fi c');
  expect(positions.of(normalised.indexOf('b'))).toBe(text.indexOf('b'));
  expect(positions.of(normalised.indexOf('c'))).toBe(text.indexOf('c'));
});

test('no text is too strange to be read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { count, start } = read(normaliseText(text));
      for (let at = 1; at < count; at += 1) expect(start[at]).toBeGreaterThan(start[at - 1] as number);
    }),
  );
});
