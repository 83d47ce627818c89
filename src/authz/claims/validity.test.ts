import { describe, expect, test } from 'vitest';
import { ClaimProblem } from './read.ts';
import { validityOf, validityProblem, validUntilMs } from './validity.ts';

const NOW_MS = 1_800_000_000_000;
const rules = { leewayMs: 5_000, maxAgeMs: 60_000 };

describe('the time of a token', () => {
  test('is read from seconds, with fractions', () => {
    expect(validityOf({ iat: 1, exp: 2.5, nbf: 0 })).toEqual({
      ...{ issuedAtMs: 1000, expiresAtMs: 2500, notBeforeMs: 0 },
    });
    expect(validityOf({})).toEqual({});
  });

  test.each(['1', null, true, [1], -1, 253_402_300_800, Number.NaN])('is not %j', (value) => {
    for (const name of ['iat', 'exp', 'nbf']) {
      expect(() => validityOf({ [name]: value })).toThrow(ClaimProblem);
    }
  });

  test.each([
    ['expires when its leeway is over', { issuedAtMs: NOW_MS, expiresAtMs: NOW_MS - 5_000 }, 'expired'],
    ['counts within the leeway of exp', { issuedAtMs: NOW_MS, expiresAtMs: NOW_MS - 4_999 }, undefined],
    ['has not come before nbf', { issuedAtMs: NOW_MS, notBeforeMs: NOW_MS + 5_001 }, 'not_yet_valid'],
    ['counts within the leeway of nbf', { issuedAtMs: NOW_MS, notBeforeMs: NOW_MS + 5_000 }, undefined],
    ['has not come before iat', { issuedAtMs: NOW_MS + 5_001 }, 'not_yet_valid'],
    ['is over at its greatest age', { issuedAtMs: NOW_MS - 65_000 }, 'too_old'],
    ['counts up to its greatest age', { issuedAtMs: NOW_MS - 64_999 }, undefined],
    ['is too old when its age is not known', { expiresAtMs: NOW_MS + 1 }, 'too_old'],
  ] as const)('%s', (_, validity, problem) => {
    expect(validityProblem(validity, rules, NOW_MS)).toBe(problem);
  });

  test('does not depend on age where there is no greatest one', () => {
    expect(validityProblem({ issuedAtMs: 0 }, { leewayMs: 0 }, NOW_MS)).toBeUndefined();
  });

  test('ends with exp or with the greatest age, whichever comes first', () => {
    const validity = { issuedAtMs: NOW_MS, expiresAtMs: NOW_MS + 90_000 };
    expect(validUntilMs(validity, rules)).toBe(NOW_MS + 65_000);
    expect(validUntilMs(validity, { leewayMs: 5_000 })).toBe(NOW_MS + 95_000);
    expect(validUntilMs({}, { leewayMs: 0 })).toBe(Number.POSITIVE_INFINITY);
  });
});
