import { expect, it } from 'vitest';
import { parseGoBool, parseGoDurationMs, parseGoMap } from './go-values.ts';

it('reads true and false as Go does', () => {
  expect(['true', '1', 'T', 'false', '0', 'yes', ''].map(parseGoBool)).toEqual([
    ...[true, true, true, false, false, undefined, undefined],
  ]);
});

it.each([
  ['10s', 10_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['150us', 0.15],
  ['150µs', 0.15],
  ['.5m', 30_000],
  ['+3s', 3000],
  ['0', 0],
  ['', undefined],
  ['+', undefined],
  ['-3s', undefined],
  ['10', undefined],
  ['10 s', undefined],
  ['1d', undefined],
])('reads the duration %j', (text, ms) => {
  expect(parseGoDurationMs(text)).toBe(ms);
});

it('reads maps', () => {
  expect(parseGoMap('')).toEqual({});
  expect(parseGoMap('a:b,c:d:e')).toEqual({ a: 'b', c: 'd:e' });
  expect(parseGoMap('k=v', '=')).toEqual({ k: 'v' });
  expect(parseGoMap('a')).toBeUndefined();
  expect(parseGoMap(':b')).toBeUndefined();
});
