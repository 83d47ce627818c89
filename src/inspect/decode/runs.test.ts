import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everyPlace } from '../../../test/support/every-place.ts';
import { unlimitedWork } from '../work.ts';
import { charactersOf, runsAt, unitsToSearch } from './runs.ts';

test('exactly the runs that are long enough are found', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ab ]{0,60}$/), fc.integer({ min: 1, max: 6 }), (text, minLength) => {
      const expected = [...text.matchAll(/[ab]+/g)]
        .filter(([run]) => run.length >= minLength)
        .map(({ 0: run, index }) => ({ start: index, end: index + run.length }));
      expect(
        runsAt(unitsToSearch(text), charactersOf('ab'), minLength, everyPlace(text), unlimitedWork()),
      ).toEqual(expected);
    }),
  );
});
