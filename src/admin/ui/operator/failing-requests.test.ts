import { expect, test } from 'vitest';
import { areRequestsFailing } from './failing-requests.ts';

test.each([
  ['one of ten', 10, 1, false],
  ['two of two', 2, 2, false],
  ['three of three', 3, 3, true],
  ['three of a thousand', 1_000, 3, false],
  ['twenty of a thousand', 1_000, 20, true],
  ['none of none', 0, 0, false],
  ['nobody knows', null, null, false],
])('%s in a minute', (_what, requests, errors, expected) => {
  const perS = (count: number | null) => (count === null ? null : count / 60);
  expect(areRequestsFailing({ requestsPerS: perS(requests), serverErrorsPerS: perS(errors) })).toBe(expected);
});
