import { describe, expect, test } from 'vitest';
import type { RequestFacts } from '../check-request.ts';
import { noHeaders } from '../request-headers.ts';
import type { Authentication } from './credential.ts';
import type { CredentialMethod } from './method.ts';
import type { Principal } from './principal.ts';
import { createSessionMethod } from './session.ts';

const PRINCIPAL: Principal = {
  client: 'alice',
  tenant: 'default',
  tier: 'free',
  keyId: 'jti-1',
  authMethod: 'jwt',
  roles: [],
  scopes: [],
  permissions: {},
  email: 'alice@example.org',
};
const OIDC = {
  provider: undefined,
  clientId: 'gatehouse',
  publicUrl: 'https://gatehouse.example.org',
  emailDomains: ['example.org'],
  signoutPath: '/oauth2/sign_out',
};

interface Request {
  claims?: object;
  verified?: Authentication | Promise<Authentication>;
  method?: string;
  origin?: string;
  emailDomains?: string[];
}

function method(verified: Request['verified'], emailDomains = OIDC.emailDomains): CredentialMethod {
  const tokens: CredentialMethod = {
    name: 'jwt',
    recognises: () => true,
    authenticate: () => verified ?? { kind: 'authenticated', principal: PRINCIPAL },
  };
  return createSessionMethod({ oidc: { ...OIDC, emailDomains }, tokens });
}

function authenticate(request: Request = {}, session = method(request.verified, request.emailDomains)) {
  const claims = { email_verified: true, ...request.claims };
  const idToken = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
  const headers = { ...noHeaders(), origin: request.origin };
  const facts = { method: request.method ?? 'GET', headers } as RequestFacts;
  return session.authenticate({ kind: 'session', idToken }, facts);
}

test('a login is who its ID token says, as a login', () => {
  expect(authenticate()).toEqual({
    kind: 'authenticated',
    principal: { ...PRINCIPAL, authMethod: 'oidc' },
  });
});

test('only logins are its own', () => {
  const { recognises } = method(undefined);
  expect(recognises({ kind: 'session', idToken: 'x' })).toBe(true);
  expect(recognises({ kind: 'token', token: 'x' })).toBe(false);
});

test('a token that does not count is refused, with what to do', () => {
  const verified = { kind: 'rejected', reason: 'token_expired' } as const;
  expect(authenticate({ verified })).toEqual({
    ...verified,
    detail: expect.stringContaining('/oauth2/sign_out'),
  });
});

test("the provider's keys may have to be waited for, and may not be had", async () => {
  const verified = Promise.resolve({ kind: 'unavailable', reason: 'issuer_unavailable' } as const);
  expect(await authenticate({ verified })).toEqual({ kind: 'unavailable', reason: 'issuer_unavailable' });
});

describe('an ID token that was given to another client', () => {
  test('is refused, although it is for this one too (azp)', () => {
    expect(authenticate({ claims: { azp: 'another' } })).toMatchObject({
      kind: 'rejected',
      reason: 'token_audience',
    });
    expect(authenticate({ claims: { azp: 'gatehouse' } })).toMatchObject({ kind: 'authenticated' });
  });
});

describe('an account', () => {
  test('of another domain is forbidden, and named for the log', () => {
    const principal = { ...PRINCIPAL, email: 'mallory@example.com' };
    expect(authenticate({ verified: { kind: 'authenticated', principal } })).toMatchObject({
      kind: 'forbidden',
      denial: { code: 'account_not_allowed' },
      principal: { client: 'alice', authMethod: 'oidc' },
    });
  });

  test('of any domain may log in where everyone may, even without an address', () => {
    const { email: _, ...principal } = PRINCIPAL;
    const verified = { kind: 'authenticated', principal } as const;
    expect(authenticate({ verified, emailDomains: ['*'] })).toMatchObject({ kind: 'authenticated' });
    expect(authenticate({ verified })).toMatchObject({ kind: 'forbidden' });
  });
});

describe('a request that changes something', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'post', 'MADE-UP'])(
    '%s has to come from this site',
    (verb) => {
      const forbidden = { kind: 'forbidden', denial: { code: 'cross_site_request' } };
      for (const origin of [
        'https://evil.example',
        'null',
        '',
        'https://gatehouse.example.org.evil.example',
      ]) {
        expect(authenticate({ method: verb, origin })).toMatchObject(forbidden);
      }
      expect(authenticate({ method: verb })).toMatchObject(forbidden);
      expect(authenticate({ method: verb, origin: OIDC.publicUrl })).toMatchObject({ kind: 'authenticated' });
    },
  );

  test.each(['GET', 'HEAD'])('%s may come from anywhere', (verb) => {
    expect(authenticate({ method: verb, origin: 'https://evil.example' })).toMatchObject({
      kind: 'authenticated',
    });
  });

  test('of an account that may not log in says so, from wherever it comes', () => {
    const principal = { ...PRINCIPAL, email: 'mallory@example.com' };
    const verified = { kind: 'authenticated', principal } as const;
    expect(authenticate({ verified, method: 'POST', origin: 'https://evil.example' })).toMatchObject({
      denial: { code: 'account_not_allowed' },
    });
  });
});
