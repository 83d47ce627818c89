import { describe, expect, test } from 'vitest';
import { clientPrefixProblems, type Issuers } from './client-prefixes.ts';

const issuers = (prefixes: string[], others: Omit<Issuers, 'jwt'> = {}): Issuers => ({
  jwt: { issuers: prefixes.map((clientPrefix) => ({ clientPrefix })) },
  ...others,
});

describe('the prefixes of clients are right', () => {
  test.each([
    ['without any', issuers([])],
    ['where nobody has one', issuers(['', ''], { oidc: { clientPrefix: '' } })],
    ['where there is one issuer', issuers(['a-'])],
    ['where none begins with another', issuers(['a-', 'b-'], { introspection: { clientPrefix: 'c-' } })],
    ['where two are the same, as of one provider', issuers(['a-'], { oidc: { clientPrefix: 'a-' } })],
  ])('%s', (_, given) => {
    expect(clientPrefixProblems(given)).toEqual([]);
  });
});

describe('they are refused', () => {
  test('where one begins with another, at the shorter one', () => {
    expect(clientPrefixProblems(issuers(['a-b-', 'c-'], { oidc: { clientPrefix: 'a-' } }))).toEqual([
      {
        path: ['identity', 'oidc', 'clientPrefix'],
        message: 'expected a prefix with which that of no other issuer begins ("a-b-")',
      },
    ]);
  });

  test('where one issuer has one and another has none', () => {
    expect(clientPrefixProblems(issuers(['a-', '']))).toEqual([
      {
        path: ['identity', 'jwt', 'issuers', 1, 'clientPrefix'],
        message: 'expected a prefix, as another issuer has one ("a-")',
      },
    ]);
  });
});
