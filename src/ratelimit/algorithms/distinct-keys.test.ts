import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DistinctKeys } from './distinct-keys.ts';

it('keys stand where they were first asked for, however many there are', () => {
  const key = fc.oneof(
    fc.nat({ max: 2000 }).map(String),
    fc.string(),
    fc.constantFrom('a', 'é', '\u{1f600}'),
  );
  fc.assert(
    fc.property(fc.array(key, { size: '+3' }), (asked) => {
      const distinct = new DistinctKeys(asked.length);
      const expected = [...new Set(asked)];
      expect(asked.map((each) => distinct.placeOf(each))).toEqual(
        asked.map((each) => expected.indexOf(each)),
      );
      expect(distinct.count).toBe(expected.length);
      expect(distinct.list()).toEqual(expected);
    }),
  );
});

it('a list does not know the keys of the one before it, also where that was long', () => {
  const long = new DistinctKeys(5000);
  for (let index = 0; index < 5000; index += 1) expect(long.placeOf(`key-${index}`)).toBe(index);
  const next = new DistinctKeys(3);
  expect([next.placeOf('key-7'), next.placeOf('key-3'), next.placeOf('key-7')]).toEqual([0, 1, 0]);
});
