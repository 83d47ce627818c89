import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillNames, namesOf, parseNamePattern, referencesOf } from './name-pattern.ts';

test('a pattern is segments of fixed text with one placeholder at most', () => {
  expect(parseNamePattern('a/{b}/c-*-d', '/')).toEqual([
    { prefix: 'a', placeholder: undefined, suffix: '' },
    { prefix: '', placeholder: 'b', suffix: '' },
    { prefix: 'c-', placeholder: '*', suffix: '-d' },
  ]);
});

test('without a separator the whole text is one segment', () => {
  expect(parseNamePattern('a/b {c}')).toEqual([{ prefix: 'a/b ', placeholder: 'c', suffix: '' }]);
});

describe('no pattern', () => {
  test.each(['{a}{b}', '{a}*', '**', '{', '}', '{}', '{A}', '{a b}', '{a/{b}', '{{a}}', '{a}/{a}'])(
    '%s',
    (text) => {
      expect(parseNamePattern(text, '/')).toBeUndefined();
    },
  );
});

test('names of placeholders, without those that nothing refers to', () => {
  expect(namesOf(parseNamePattern('{a}/*/{b}', '/') ?? [])).toEqual(['a', 'b']);
});

test('a template is filled in where it refers to a name', () => {
  expect(referencesOf('x-{a}.{b}-{a}')).toEqual(['a', 'b', 'a']);
  expect(fillNames('x-{a}.{b}', new Map(Object.entries({ a: '1', b: '{a}' })))).toBe('x-1.{a}');
});

test('whatever the text is, it is read in linear time and never throws', () => {
  const text = fc.stringMatching(/^[a{}*/.]{0,200}$/);
  fc.assert(fc.property(text, (any) => void parseNamePattern(any, '/')));
  expect(parseNamePattern('{a'.repeat(100_000), '/')).toBeUndefined();
});
