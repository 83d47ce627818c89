import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePrefer, preferenceApplied } from './prefer.ts';

test.each([
  [undefined, undefined, false],
  ['', undefined, false],
  ['wait=10', 10, false],
  ['respond-async', undefined, true],
  ['respond-async, wait=10', 10, true],
  ['WAIT=10; foo="bar", Respond-Async', 10, true],
  ['wait="10"', 10, false],
  ['wait = 10', 10, false],
  ['wait=0', 0, false],
  ['wait=3600', 60, false],
  ['wait=5, wait=7', 5, false],
  ['wait=-1', undefined, false],
  ['wait=soon', undefined, false],
  ['wait', undefined, false],
  ['return=minimal, handling=strict', undefined, false],
])('Prefer: %s', (header, waitS, respondAsync) => {
  expect(parsePrefer(header)).toEqual({ waitS, respondAsync });
});

test('no header breaks it, and no wait is longer than a minute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (header) => {
      const { waitS } = parsePrefer(header);
      expect(waitS === undefined || (Number.isInteger(waitS) && waitS >= 0 && waitS <= 60)).toBe(true);
    }),
  );
});

test('what is applied reads back as what was asked for', () => {
  fc.assert(
    fc.property(fc.option(fc.nat(60), { nil: undefined }), fc.boolean(), (waitS, respondAsync) => {
      const preferences = { waitS, respondAsync };
      expect(parsePrefer(preferenceApplied(preferences))).toEqual(preferences);
    }),
  );
});
