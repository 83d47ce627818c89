import { describe, expect, test } from 'vitest';
import { accountDomain } from './email-domain.ts';

describe('Google vouches', () => {
  test('for its customers, by hd, whatever the address is', () => {
    const claims = { email_verified: true, hd: 'Example.org' };
    expect(accountDomain('google', claims, 'alice@other.example')).toBe('example.org');
  });

  test('for gmail.com', () => {
    expect(accountDomain('google', { email_verified: true }, 'alice@gmail.com')).toBe('gmail.com');
  });

  test.each([
    ['an account that somebody made with an address of ours', { email_verified: true }],
    ['an address that is not verified', { email_verified: false, hd: 'example.org' }],
    ['an address without a word on it', { hd: 'example.org' }],
    ['an hd that is no text', { email_verified: true, hd: ['example.org'] }],
  ])('not for %s', (_, claims) => {
    expect(accountDomain('google', claims, 'mallory@example.org')).toBeUndefined();
  });
});

describe('Entra', () => {
  test('vouches for the addresses of its directory', () => {
    expect(accountDomain('entra', {}, 'alice@example.org')).toBe('example.org');
    expect(accountDomain('entra', { xms_edov: true }, 'alice@example.org')).toBe('example.org');
  });

  test.each([false, 0, '0', 'false'])('not where xms_edov is %j', (xms_edov) => {
    expect(accountDomain('entra', { xms_edov }, 'alice@example.org')).toBeUndefined();
  });
});

test('Okta vouches for the addresses of its organization', () => {
  expect(accountDomain('okta', {}, 'alice@example.org')).toBe('example.org');
});

describe('any other provider', () => {
  test('vouches by email_verified', () => {
    expect(accountDomain(undefined, { email_verified: true }, 'alice@example.org')).toBe('example.org');
  });

  test.each([false, 'true', 1, undefined])('not by email_verified %j', (email_verified) => {
    expect(accountDomain(undefined, { email_verified }, 'alice@example.org')).toBeUndefined();
  });
});

describe('the domain of an address', () => {
  const domain = (email: string | undefined) => accountDomain(undefined, { email_verified: true }, email);

  test('is compared in lower case and in ASCII', () => {
    expect(domain('alice@EXAMPLE.org')).toBe('example.org');
    expect(domain('alice@bücher.example')).toBe('xn--bcher-kva.example');
  });

  test('is what follows the last @', () => {
    expect(domain('"alice@example.org"@evil.example')).toBe('evil.example');
  });

  test.each([
    undefined,
    'alice@',
    'alice@exa mple.org',
    ...['/evil.example', '?', '#', '\\', ':', '\t'].map((end) => `mallory@example.org${end}`),
    'mallory@%65xample.org',
  ])('is none of %j', (email) => {
    expect(domain(email)).toBeUndefined();
  });
});
