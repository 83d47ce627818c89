import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { requiredLiterals } from './required-literals.ts';

describe('every match holds', () => {
  test.each<[string, string[][]]>([
    ['ignore', [['ignore']]],
    [String.raw`ignore\s+(?:(?:all|previous)\s+)?instructions`, [['instructions'], ['ignore']]],
    [
      '(?:ignore|disregard) (?:all|previous)',
      [['ignore all', 'ignore previ', 'disregard al', 'disregard pr']],
    ],
    [String.raw`(?:ignore|disregard)\s`, [['ignore', 'disregard']]],
    [String.raw`<\|im_start\|>`, [['<|im_start|>']]],
    [String.raw`\[INST\]`, [['[INST]']]],
    ['instructions?', [['instruction']]],
    ['(?:please )?ignore', [['ignore']]],
    ['(?:long word)+', [['long word']]],
    ['(?:ab){3}cde', [['cde']]],
    [String.raw`\Qa.b\E.*`, [['a.b']]],
    [String.raw`\Qignore|a\E?`, [['ignore|']]],
    [String.raw`\Qignor\E{2}`, [['igno']]],
    [String.raw`ignores\Q\E?`, [['ignore']]],
    [String.raw`\\Qab\\E`, [[String.raw`\Qab\E`]]],
    [String.raw`\012ignore\101\0`, [['\nignoreA\0']]],
    [String.raw`\x{5ffd}\x{7565}`, [['忽略']]],
    ['[Ii]gnore', [['Ignore', 'ignore']]],
    ['(?i)ignore', [['ignore']]],
    ['(?P<verb>ignore) x', [['ignore x']]],
    [String.raw`(?:foo\d|bar\d) then`, [[' then']]],
    ['[[:alpha:]]xyz', [['xyz']]],
    ['[]x]abc', [[']abc', 'xabc']]],
    ['[^x]abc', [['abc']]],
  ])('%s: %j', (pattern, literals) => {
    expect(requiredLiterals(pattern)).toEqual(literals);
  });
});

describe('nothing that every match holds is known of', () => {
  test.each([
    String.raw`\w+`,
    'a|b',
    '.*',
    '(?:ignore)?',
    '(?:ignore)*',
    '(?:ignore){0,3}',
    'ab',
    'ignore|',
    '[a-z]{9}',
    '',
    String.raw`\Qabc\E?`,
    String.raw`\Qabc\E{0,2}`,
  ])('%s', (pattern) => expect(requiredLiterals(pattern)).toEqual([]));
});

/** Patterns with a text that each matches. */
const matched: fc.Arbitrary<{ pattern: string; text: string }> = fc.letrec<{
  node: { pattern: string; text: string };
}>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc
      .string({ unit: fc.constantFrom('a', 'b', 'é', ' '), minLength: 1, maxLength: 5 })
      .map((text) => ({ pattern: text, text })),
    fc.constantFrom(
      { pattern: '[ab]', text: 'a' },
      { pattern: '[^b]', text: 'x' },
      { pattern: String.raw`\w`, text: 'q' },
      { pattern: '.', text: '.' },
      { pattern: String.raw`\.`, text: '.' },
      { pattern: '[-a]', text: '-' },
      { pattern: '[a-c]', text: 'c' },
      { pattern: String.raw`\141`, text: 'a' },
    ),
    fc
      .tuple(
        fc.string({ unit: fc.constantFrom('a', 'é', '忽', '|', '(', '.', ' '), maxLength: 5 }),
        fc.constantFrom('a', '?', '\u{1f600}'),
        fc.constantFrom(['', 1], ['?', 0], ['*', 2], ['+?', 3], ['{0,2}', 0], ['{2}', 2]),
      )
      .map(([start, last, [sign, times]]) => ({
        pattern: `\\Q${start}${last}\\E${sign}`,
        text: start + last.repeat(times as number),
      })),
    tie('node').map(({ pattern }) => ({ pattern: `(?:${pattern})\\Q\\E?`, text: '' })),
    fc
      .tuple(tie('node'), tie('node'))
      .map(([a, b]) => ({ pattern: a.pattern + b.pattern, text: a.text + b.text })),
    fc
      .tuple(tie('node'), tie('node'), fc.boolean())
      .map(([a, b, left]) => ({ pattern: `(?:${a.pattern}|${b.pattern})`, text: left ? a.text : b.text })),
    fc
      .tuple(tie('node'), fc.constantFrom('?', '*', '{0,2}'))
      .map(([a, sign]) => ({ pattern: `(?:${a.pattern})${sign}`, text: '' })),
    fc
      .tuple(tie('node'), fc.constantFrom('+', '{2}', '{2,}', '+?'))
      .map(([a, sign]) => ({ pattern: `(?:${a.pattern})${sign}`, text: a.text + a.text })),
  ),
})).node;

test('a text that a pattern matches holds what the pattern requires', () => {
  fc.assert(
    fc.property(matched, ({ pattern, text }) => {
      expect(RE2JS.matches(pattern, text)).toBe(true);
      for (const literals of requiredLiterals(pattern)) {
        expect(literals.some((literal) => text.includes(literal))).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('any text is read without throwing', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab()[]{}\\|?*+:<>P^$-QExp,1'), maxLength: 30 }),
      (pattern) => {
        expect(Array.isArray(requiredLiterals(pattern))).toBe(true);
      },
    ),
  );
});
