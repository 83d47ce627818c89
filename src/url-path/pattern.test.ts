import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesPath, type PathPattern, parsePathPattern, relate } from './pattern.ts';

function pattern(text: string): PathPattern {
  const parsed = parsePathPattern(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}
const matches = (text: string, path: string) => matchesPath(pattern(text), path.slice(1).split('/'));

describe('a pattern matches', () => {
  test.each([
    ['/', '/'],
    ['/a', '/a'],
    ['/a/', '/a/'],
    ['/a/*', '/a/b'],
    ['/*/b', '/a/b'],
    ['/a/**', '/a'],
    ['/a/**', '/a/'],
    ['/a/**', '/a/b/c'],
    ['/**', '/'],
    ['/**', '/a/b'],
    ['/*/**', '/a'],
  ])('%s the path %s', (text, path) => {
    expect(matches(text, path)).toBe(true);
  });

  test.each([
    ['/', '/a'],
    ['/a', '/a/'],
    ['/a', '/A'],
    ['/a/', '/a'],
    ['/a/*', '/a'],
    ['/a/*', '/a/'],
    ['/a/*', '/a/b/c'],
    ['/a/**', '/ab'],
    ['/a/**', '/'],
    ['/*/**', '/'],
  ])('but %s not the path %s', (text, path) => {
    expect(matches(text, path)).toBe(false);
  });
});

describe('a text is no pattern', () => {
  test.each([
    ['', 'starts with /'],
    ['a', 'starts with /'],
    ['//a', 'single slashes'],
    ['/a//b', 'single slashes'],
    ['/a//**', 'single slashes'],
    ['/a/../b', 'dot segments'],
    ['/./a', 'dot segments'],
    ['/a/...', 'dot segments'],
    ['/**/a', '** only at the end'],
    ['/a*', 'segments of letters'],
    ['/%61', 'segments of letters'],
    ['/a?b', 'segments of letters'],
    ['/a#b', 'segments of letters'],
    ['/a;b', 'segments of letters'],
    ['/a b', 'segments of letters'],
    ['/a\\b', 'segments of letters'],
    ['/ä', 'segments of letters'],
  ])('%j', (text, problem) => {
    expect(parsePathPattern(text)).toContain(problem);
  });
});

test('how two patterns lie to each other is how their paths do', () => {
  const segment = fc.constantFrom('a', 'b', '*');
  const text = fc
    .tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom('', '/', '/**'))
    .map(([segments, end]) => `/${segments.join('/')}${segments.length === 0 ? end.slice(1) : end}`);
  const paths = allPaths(['a', 'b', 'c'], 4);
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [a, b] = [pattern(one), pattern(other)];
      const ours = paths.filter((path) => matchesPath(a, path));
      const both = ours.filter((path) => matchesPath(b, path));
      const theirs = paths.filter((path) => matchesPath(b, path));
      const expected =
        both.length === 0
          ? 'disjoint'
          : both.length === ours.length && both.length === theirs.length
            ? 'equal'
            : both.length === ours.length
              ? 'narrower'
              : both.length === theirs.length
                ? 'wider'
                : 'crossing';
      expect(relate(a, b)).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});

/** Every path of these segments up to a length, each also with a slash at its end. */
function allPaths(segments: string[], maxLength: number): string[][] {
  let longest: string[][] = [[]];
  const all: string[][] = [['']];
  for (let length = 1; length <= maxLength; length += 1) {
    longest = longest.flatMap((path) => segments.map((segment) => [...path, segment]));
    all.push(...longest, ...longest.map((path) => [...path, '']));
  }
  return all;
}
