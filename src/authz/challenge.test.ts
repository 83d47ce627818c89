import { expect, test } from 'vitest';
import { createChallenge } from './challenge.ts';

const missing = { code: 'invalid_api_key', reason: 'missing' } as const;

test('a 401 names the schemes of the methods that are switched on', () => {
  expect(createChallenge(['api_key'])(missing)).toBe('ApiKey realm="gatehouse", Bearer realm="gatehouse"');
  expect(createChallenge(['jwt', 'oauth'])(missing)).toBe('Bearer realm="gatehouse"');
  expect(createChallenge(['mtls', 'jwt'])(missing)).toBe(
    'ClientCertificate realm="gatehouse", Bearer realm="gatehouse"',
  );
  expect(createChallenge(['mtls'])(missing)).toBe('ClientCertificate realm="gatehouse"');
});

test('a credential that does not count is invalid_token, whatever is wrong with it', () => {
  const challenge = createChallenge(['jwt']);
  for (const reason of ['unknown', 'expired', 'blocked', 'tier_not_configured'] as const) {
    expect(challenge({ code: 'invalid_api_key', reason })).toBe(
      'Bearer realm="gatehouse", error="invalid_token"',
    );
  }
});

test('two credentials are an invalid request', () => {
  expect(createChallenge(['jwt'])({ code: 'ambiguous_credentials', reason: 'ambiguous_credentials' })).toBe(
    'Bearer realm="gatehouse", error="invalid_request"',
  );
});

test('a missing scope is 403 with the scopes that are needed', () => {
  const denial = { code: 'insufficient_scope', reason: 'scope_missing', scopes: ['a:b', 'c'] } as const;
  expect(createChallenge(['jwt'])(denial)).toBe(
    'Bearer realm="gatehouse", error="insufficient_scope", scope="a:b c"',
  );
});

test('no other denial has a challenge', () => {
  expect(
    createChallenge(['jwt'])({ code: 'disallowed_content', reason: 'disallowed_content' }),
  ).toBeUndefined();
});
