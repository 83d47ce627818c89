import { describe, expect, test } from 'vitest';
import { issuerProblem, type LoginProvider, providerEndpoints, tokenIssuers } from './identity-provider.ts';

const DIRECTORY = '11111111-2222-3333-4444-555555555555';
const OTHER = '66666666-7777-8888-9999-aaaaaaaaaaaa';
const login = (settings: Partial<LoginProvider>): LoginProvider => ({
  issuer: '',
  endpoints: {},
  ...settings,
});

describe("a provider's endpoints are known by its issuer", () => {
  test('Entra: one directory', () => {
    const issuer = `https://login.microsoftonline.com/${DIRECTORY}/v2.0`;
    expect(providerEndpoints(login({ provider: 'entra', issuer }))).toEqual({
      authorization: `https://login.microsoftonline.com/${DIRECTORY}/oauth2/v2.0/authorize`,
      token: `https://login.microsoftonline.com/${DIRECTORY}/oauth2/v2.0/token`,
      jwks: `https://login.microsoftonline.com/${DIRECTORY}/discovery/v2.0/keys`,
      endSession: `https://login.microsoftonline.com/${DIRECTORY}/oauth2/v2.0/logout`,
    });
    expect(tokenIssuers(login({ provider: 'entra', issuer }))).toEqual([
      { issuer, jwksUri: `https://login.microsoftonline.com/${DIRECTORY}/discovery/v2.0/keys` },
    ]);
  });

  test('Entra: every directory may be asked, and the tokens of those that are listed count', () => {
    const entra = login({
      provider: 'entra',
      issuer: 'https://login.microsoftonline.com/organizations/v2.0',
      directories: [DIRECTORY, OTHER],
    });
    expect(providerEndpoints(entra).authorization).toBe(
      'https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize',
    );
    expect(tokenIssuers(entra)).toEqual(
      [DIRECTORY, OTHER].map((id) => ({
        issuer: `https://login.microsoftonline.com/${id}/v2.0`,
        jwksUri: `https://login.microsoftonline.com/${id}/discovery/v2.0/keys`,
      })),
    );
  });

  test('Google, which has no page for logging out', () => {
    expect(providerEndpoints(login({ provider: 'google', issuer: 'https://accounts.google.com' }))).toEqual({
      authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
      token: 'https://oauth2.googleapis.com/token',
      jwks: 'https://www.googleapis.com/oauth2/v3/certs',
    });
  });

  test.each([
    ["the organization's own server", 'https://example.okta.com', 'https://example.okta.com/oauth2/v1'],
    [
      'a server of its own',
      'https://example.okta.com/oauth2/default',
      'https://example.okta.com/oauth2/default/v1',
    ],
  ])('Okta: %s', (_, issuer, base) => {
    expect(providerEndpoints(login({ provider: 'okta', issuer }))).toEqual({
      authorization: `${base}/authorize`,
      token: `${base}/token`,
      jwks: `${base}/keys`,
      endSession: `${base}/logout`,
    });
  });

  test('what is written down goes over what is known', () => {
    const endpoints = { token: 'https://proxy.example/token', jwks: undefined };
    const google = login({ provider: 'google', issuer: 'https://accounts.google.com', endpoints });
    expect(providerEndpoints(google)).toMatchObject({
      token: 'https://proxy.example/token',
      jwks: 'https://www.googleapis.com/oauth2/v3/certs',
    });
  });
});

describe('an issuer that cannot be of its provider', () => {
  test.each([
    ['entra', `https://login.microsoftonline.com/${DIRECTORY.toUpperCase().replace('1', 'A')}/v2.0`],
    ['entra', `https://login.microsoftonline.com/${DIRECTORY}`],
    ['entra', `https://login.microsoftonline.com/${DIRECTORY}/v2.0/`],
    ['entra', 'https://login.microsoftonline.com/example.onmicrosoft.com/v2.0'],
    ['entra', 'https://login.microsoftonline.com/common/v2.0'],
    ['entra', 'https://login.microsoftonline.com/consumers/v2.0'],
    ['entra', `https://sts.windows.net/${DIRECTORY}/`],
    ['entra', `https://login.microsoftonline.com.evil.example/${DIRECTORY}/v2.0`],
    ['google', 'accounts.google.com'],
    ['google', 'https://accounts.google.com/'],
    ['okta', 'https://example.okta.com/'],
    ['okta', 'https://example.okta.com/oauth2/default/v1'],
    ['okta', 'http://example.okta.com'],
  ] as const)('%s: %s', (provider, issuer) => {
    expect(issuerProblem({ provider, issuer })).toMatch(/^expected https:/);
  });

  test.each([
    ['entra', 'https://login.microsoftonline.us/organizations/v2.0'],
    ['entra', `https://login.partner.microsoftonline.cn/${DIRECTORY}/v2.0`],
    ['okta', 'https://login.example.org/oauth2/aus1a2B3c'],
  ] as const)('but %s: %s can', (provider, issuer) => {
    expect(issuerProblem({ provider, issuer })).toBeUndefined();
  });

  test('is not known without a provider', () => {
    expect(issuerProblem({ issuer: 'https://anything.example' })).toBeUndefined();
  });
});
