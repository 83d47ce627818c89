import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise, normaliseText } from './normalise.ts';
import { OriginalPositions } from './original-positions.ts';

describe('what is invisible is removed:', () => {
  test.each([
    ['zero-width space', '\u200b'],
    ['zero-width non-joiner', '\u200c'],
    ['zero-width joiner', '\u200d'],
    ['word joiner', '\u2060'],
    ['zero-width no-break space', '\ufeff'],
    ['soft hyphen', '\u00ad'],
    ['left-to-right mark', '\u200e'],
    ['right-to-left override', '\u202e'],
    ['right-to-left isolate', '\u2067'],
    ['pop directional isolate', '\u2069'],
    ['variation selector', '\ufe0f'],
    ['combining grapheme joiner', '\u034f'],
    ['Hangul filler', '\u3164'],
    ['tag letter', '\u{e0061}'],
  ])('%s', (_, character) => {
    expect(normaliseText(`ig${character}nore`)).toBe('ignore');
  });

  test('all that is ignorable by default', () => {
    for (const character of characters()) {
      if (/^\p{Default_Ignorable_Code_Point}$/u.test(character)) expect(normaliseText(character)).toBe('');
    }
  });
});

test('what can be seen stays', () => {
  const text = 'tab\there, line\nthere, caf\u00e9, \u{1f600}, \u05d0';
  expect(normaliseText(text)).toBe(text);
});

describe('another form is replaced:', () => {
  test.each([
    ['full-width', '\uff49\uff47\uff4e\uff4f\uff52\uff45', 'ignore'],
    ['mathematical bold', '\u{1d422}\u{1d420}\u{1d427}\u{1d428}\u{1d42b}\u{1d41e}', 'ignore'],
    ['circled', '\u24d8\u24d6\u24dd\u24de\u24e1\u24d4', 'ignore'],
    ['superscript', '\u1d4d\u1d52', 'go'],
    ['in brackets', '\u24a4\u24a2\u24a9\u24aa\u24ad\u24a0 \u{1f110}', 'ignore a'],
    ['a ligature', '\ufb01le', 'file'],
    ['a letter and a combining accent', 'cafe\u0301', 'caf\u00e9'],
    ['an ideographic space', 'a\u3000b', 'a b'],
  ])('%s', (_, text, expected) => {
    expect(normaliseText(text)).toBe(expected);
  });
});

/** Forms of several characters that are one space. */
const PHRASES =
  /^[\u00bc-\u00be\u2057\u2100\u2101\u2105\u2106\u2150-\u215f\u2167\u2177\u2189\u2474-\u249b\u2a0c\u321d\u321e\u32c0-\u33ff\ufdf0-\ufdff]$/;
const BRACKETED = /^[\u249c-\u24b5]|\ud83c[\udd10-\udd29]$/;

test('every other character is what NFKC makes of it, and none becomes more than three', () => {
  for (const character of characters()) {
    if (/^\p{Default_Ignorable_Code_Point}$/u.test(character) || BRACKETED.test(character)) continue;
    const normalised = normaliseText(character);
    const expected = PHRASES.test(character) ? ' ' : character.normalize('NFKC');
    if (normalised !== expected || normalised.length > 3 * character.length) {
      expect({ character, normalised }).toBeUndefined();
    }
  }
});

test('any text is what NFKC makes of what can be seen of it', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.constantFrom(
      'a',
      '\u0301',
      '\u200b',
      '\ufb01',
      '\u{1d422}',
      '\ud83c',
      '\ud835',
      '\udc22',
      '\uff41',
      '\u2460',
      '\uff9e',
    ),
    // Marks of several classes and what they are composed with, Hangul, and halves of pairs that may meet.
    fc.constantFrom(
      'e',
      '\u00e9',
      '\u0323',
      '\u0308',
      '\u0315',
      '\u0345',
      '\u0e39',
      '\u0e48',
      '\u09c7',
      '\u09be',
    ),
    fc.constantFrom(
      '\u304b',
      '\u3099',
      '\u0651',
      '\u064e',
      '\u1100',
      '\u1161',
      '\u11a8',
      '\uac00',
      '\ud834',
      '\udd5e',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = pieces.join('').replaceAll(/[\u249c-\u24b5]|\ud83c[\udd10-\udd29]/g, '');
      const visible = text.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
      const composed = [...visible].map((character) => (PHRASES.test(character) ? ' ' : character)).join('');
      expect(normaliseText(text)).toBe(composed.normalize('NFKC'));
    }),
    { numRuns: 1_000 },
  );
});

test('of marks in a row thirty at a time are put in order, so that none takes ever longer', () => {
  const marks = '\u0301\u0323'.repeat(15);
  expect(normaliseText(`x${marks}`)).toBe(`x${marks}`.normalize('NFKC'));
  for (const row of ['\u0301\u0323', '\u{1d16d}\u{1d165}', '\u{110ba}\u0334', '\ud834\u200b\udd65\u0334']) {
    const { starts } = normalise(row.repeat(1_000));
    expect(starts).toHaveLength(Math.ceil(2_000 / 30));
    // A mark is of at most two units, and one that shows nothing may stand in between.
    for (let at = 1; at < starts.length; at += 1)
      expect((starts[at] as number) - (starts[at - 1] as number)).toBeLessThanOrEqual(3 * 30);
  }
});

test('what may be composed with the character before it starts a stretch where it is not', () => {
  for (const row of ['\u314f', '\u1161\u314f', '\u0e48\u314f\u3099', '\u09be\u0301\u0323']) {
    const { starts } = normalise(row.repeat(2_000));
    for (let at = 1; at < starts.length; at += 1)
      expect((starts[at] as number) - (starts[at - 1] as number)).toBeLessThan(300);
    expect(starts.length).toBeGreaterThan(6);
  }
});

test('each stretch of a long text becomes by itself what NFKC makes of it there', () => {
  const piece = fc.constantFrom(
    ...['a', 'e', '\u0301', '\u0323', '\u0e48', '\u3099', '\u304b', '\u0344', '\u200b', '\ufb03', '\uff9e'],
    ...[
      '\u1100',
      '\u1161',
      '\u11a8',
      '\u3131',
      '\u314f',
      '\uac00',
      '\u09c7',
      '\u09be',
      '\u{1d15e}',
      '\u{110ba}',
    ],
    ...['\u1100\u1161', '\u1100\u314f', '\u09c7\u09be'],
  );
  fc.assert(
    // In front of rows that are alike, as otherwise all stretches of many texts start at the same piece.
    fc.property(fc.nat(3), fc.array(piece, { minLength: 1, maxLength: 6 }), (before, pieces) => {
      // With a letter in each row, as NFKC knows no end to marks in a row.
      const text = 'a'.repeat(before) + `${pieces.join('')}e`.repeat(400);
      const { text: whole, starts, normalisedStarts } = normalise(text);
      expect(whole).toBe(text.replaceAll('\u200b', '').normalize('NFKC'));
      for (let at = 0; at < starts.length; at += 1) {
        const stretch = normaliseText(text.slice(starts[at], starts[at + 1]));
        expect(stretch).toBe(whole.slice(normalisedStarts[at], normalisedStarts[at + 1]));
      }
    }),
    { numRuns: 1_000 },
  );
});

test('characters that stand for several marks are taken apart as those are', () => {
  const { text, starts, normalisedStarts } = normalise('\u0344'.repeat(1_000));
  expect(text).toBe('\u0308\u0301'.repeat(1_000));
  expect(starts).toHaveLength(Math.ceil(2_000 / 30));
  expect([...normalisedStarts]).toEqual(Array.from(starts, (start) => 2 * start));
});

test('a mark is put before those that it belongs before, however many they are', () => {
  for (let marks = 0; marks < 30; marks += 1) {
    const text = `x${'\u0e48'.repeat(marks)}\u3099 e${'\u0301'.repeat(marks)}\u0323`;
    expect(normaliseText(text)).toBe(text.normalize('NFKC'));
  }
});

test('what does not simply stay takes steps, and marks in a row with others take more', () => {
  const stepsOf = (text: string) => normalise(text.repeat(100)).steps;
  expect(stepsOf('caf\u00e9 \uff41 \u5ffd')).toBe(0);
  expect(stepsOf('cafe\u0301 ')).toBe(stepsOf('\u{1d422}'));
  expect(stepsOf('e\u0323\u0301')).toBeGreaterThan(2 * stepsOf('e\u0301'));
  // The marks that a character is composed of count where others belong before them.
  expect(stepsOf('\u1fa7\u0323')).toBeGreaterThan(2 * stepsOf('\u03c9\u0323'));
});

test.each([
  ['', 200],
  ['', 20_000],
  [' with marks out of order', 200],
])('each position leads back to where its character stood, however long the text%s', (marks, rows) => {
  const row = `a\u200b\u200bb \ufb01 c \u{1d422} ${marks === '' ? '' : 'e\u0301\u0323 '}`;
  const text = row.repeat(rows);
  const { text: normalised, ...rest } = normalise(text);
  const positions = new OriginalPositions(text, { text: normalised, ...rest });
  const length = normalised.length / rows;
  for (const at of [rows - 1, 0, 7, 120, 64]) {
    expect(positions.of(at * length + normalised.indexOf('b'))).toBe(at * row.length + row.indexOf('b'));
    expect(positions.of(at * length + normalised.indexOf('c'))).toBe(at * row.length + row.indexOf('c'));
  }
});

function characters(): string[] {
  const codePoints = Array.from({ length: 0x110000 }, (_, codePoint) => codePoint);
  return codePoints
    .filter((codePoint) => codePoint < 0xd800 || codePoint >= 0xe000)
    .map((codePoint) => String.fromCodePoint(codePoint));
}
