import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../load.ts';

const ENDPOINTS = {
  authorization: 'https://id.example.org/auth',
  token: 'https://id.example.org/token',
  jwks: 'https://id.example.org/jwks',
};
const LEAST = {
  issuer: 'https://id.example.org',
  publicUrl: 'https://gatehouse.example.org',
  clientId: 'gatehouse',
  clientSecretFile: 'client.secret',
  emailDomains: ['example.org'],
  endpoints: ENDPOINTS,
};
const EVERY_DIRECTORY = {
  provider: 'entra',
  issuer: 'https://login.microsoftonline.com/organizations/v2.0',
  endpoints: {},
};

function load(settings: object) {
  const set = [`identity.oidc=${JSON.stringify({ ...LEAST, ...settings })}`];
  return loadConfig({ dataDir: '/data', cwd: '/etc/gatehouse', set }).identity.oidc;
}

test('without the section nobody logs in', () => {
  expect(loadConfig({ dataDir: '/data', cwd: '/' }).identity.oidc).toBeUndefined();
});

test('the rest has defaults', () => {
  expect(load({})).toMatchObject({
    clientSecretFile: '/etc/gatehouse/client.secret',
    clientAuthentication: 'body',
    scopes: ['openid', 'email', 'profile'],
    algorithms: ['RS256'],
    redirectPath: '/oauth2/callback',
    signoutPath: '/oauth2/sign_out',
    claims: { client: ['sub'], email: ['email'] },
    defaultTenant: 'default',
    defaultTier: 'free',
  });
});

test.each(['google', 'okta'])('%s needs no endpoints', (provider) => {
  const issuer = provider === 'google' ? 'https://accounts.google.com' : 'https://example.okta.com';
  expect(load({ provider, issuer, endpoints: undefined })).toMatchObject({ provider, endpoints: {} });
});

describe('refused', () => {
  test.each([
    [
      'an unknown provider without endpoints',
      { endpoints: {} },
      'id.example.org/.well-known/openid-configuration',
    ],
    ['an issuer without TLS', { issuer: 'http://id.example.org' }, 'https://'],
    ['an endpoint without TLS', { endpoints: { ...ENDPOINTS, token: 'http://id.example.org' } }, 'https://'],
    ['an issuer of another provider', { provider: 'google' }, 'expected https://accounts.google.com'],
    ['a public address with a path', { publicUrl: 'https://gatehouse.example.org/' }, 'without a path'],
    ['a public address without TLS', { publicUrl: 'http://gatehouse.example.org' }, 'without a path'],
    ['scopes without openid', { scopes: ['email'] }, 'openid among the scopes'],
    ['nobody', { emailDomains: [] }, 'at least 1'],
    ['a whole address', { emailDomains: ['a@example.org'] }, 'expected a domain'],
    ['a domain in capitals', { emailDomains: ['Example.org'] }, 'expected a domain'],
    ['a path with a query', { redirectPath: '/a?b' }, 'expected a path'],
    ['one path for two things', { redirectPath: '/a', signoutPath: '/a' }, 'another path than redirectPath'],
    ['every directory, unlisted', EVERY_DIRECTORY, 'the directories whose accounts may log in'],
    ['directories without need', { directories: ['11111111-2222-3333-4444-555555555555'] }, 'only with'],
    ['an algorithm that the client could forge', { algorithms: ['HS256'] }, 'expected one of RS256'],
    ['a key that is mistyped', { emailDomain: ['example.org'] }, 'did you mean "emailDomains"?'],
  ])('%s', (_, settings, message) => {
    expect(() => load(settings)).toThrow(message);
  });
});

test('every directory, listed', () => {
  const directories = ['11111111-2222-3333-4444-555555555555'];
  expect(load({ ...EVERY_DIRECTORY, directories })).toMatchObject({ directories });
});

test('http on loopback, to try it out', () => {
  const settings = { issuer: 'http://127.0.0.1:9', publicUrl: 'http://localhost:8080' };
  expect(load(settings)).toMatchObject(settings);
});
