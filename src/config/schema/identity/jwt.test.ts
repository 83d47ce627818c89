import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../issue.ts';
import { loadConfig } from '../../load.ts';

const ISSUER = {
  issuer: 'https://issuer.example',
  audiences: ['gatehouse'],
  algorithms: ['RS256'],
  jwksUri: 'https://issuer.example/keys',
};
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(ISSUER).filter(([name]) => !names.includes(name)));

const load = (path: string, value: unknown) =>
  loadConfig({ set: [`identity.${path}=${JSON.stringify(value)}`], dataDir: '/data', cwd: '/work' });

function issues(path: string, value: unknown): string {
  try {
    load(path, value);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('identity.jwt.issuers', () => {
  test('has the claims of the public guide, unless it says otherwise', () => {
    const { issuers } = load('jwt.issuers', [{ ...ISSUER, claims: { tenant: 'org.id', roles: ['a.b'] } }])
      .identity.jwt;
    expect(issuers[0]).toMatchObject({
      claims: {
        client: ['sub'],
        tenant: ['org', 'id'],
        tier: ['permissions', 'rate_limit_tier'],
        roles: ['a.b'],
        permissions: { maxTokensPerRequest: ['permissions', 'max_tokens_per_request'] },
      },
      leeway: { ms: 5000 },
      defaultTenant: 'default',
      defaultTier: 'free',
    });
  });

  test('has its files where the configuration is', () => {
    const [issuer] = load('jwt.issuers', [{ ...without('jwksUri'), pemFile: 'keys/a.pem' }]).identity.jwt
      .issuers;
    expect(issuer?.pemFile).toBe('/work/keys/a.pem');
  });

  test.each([
    ['no audience', { ...ISSUER, audiences: [] }, 'expected at least 1'],
    ['no audience at all', without('audiences'), 'expected a list'],
    ['no algorithm', { ...ISSUER, algorithms: [] }, 'expected at least 1'],
    ['an algorithm that is none', { ...ISSUER, algorithms: ['none'] }, 'expected one of HS256'],
    ['no source of keys', without('jwksUri'), 'expected exactly one of discovery, jwksUri'],
    ['two sources of keys', { ...ISSUER, discovery: true }, 'expected exactly one of'],
    [
      'HS256 beside RS256',
      { ...ISSUER, algorithms: ['HS256', 'RS256'] },
      'expected HS* without other algorithms',
    ],
    ['HS256 with public keys', { ...ISSUER, algorithms: ['HS256'] }, 'expected a secretFile for HS256'],
    [
      'HS256 with a PEM',
      { ...without('jwksUri'), algorithms: ['HS256'], pemFile: 'a' },
      'expected a secretFile',
    ],
    ['RS256 with a secret', { ...without('jwksUri'), secretFile: 'a' }, 'expected HS256, HS384 or HS512'],
    [
      'keys over plain http',
      { ...ISSUER, jwksUri: 'http://issuer.example/keys' },
      'expected an https:// address',
    ],
    [
      'keys with a password',
      { ...ISSUER, jwksUri: 'https://a:b@issuer.example/' },
      'expected an https:// address',
    ],
    ['keys in a file by address', { ...ISSUER, jwksUri: 'file:///keys' }, 'expected an https:// address'],
    [
      'discovery of a name',
      { ...without('jwksUri'), issuer: 'ours', discovery: true },
      'expected an https:// address as issuer',
    ],
    ['a leeway of an hour', { ...ISSUER, leeway: '1h' }, 'expected at most 5m'],
    ['a claim without a name', { ...ISSUER, claims: { tenant: 'a..b' } }, 'expected the name of a claim'],
    ['a prefix with a space', { ...ISSUER, clientPrefix: 'a b' }, 'expected up to 24 letters'],
    [
      'the name of the development issuer',
      { ...ISSUER, issuer: 'gatehouse-development' },
      'expected another name',
    ],
    ['an unknown key', { ...ISSUER, audience: 'x' }, 'did you mean "audiences"?'],
  ])('is refused with %s', (_, issuer, message) => {
    expect(issues('jwt.issuers', [issuer])).toContain(message);
  });

  test('is not repeated where it may hold a password', () => {
    expect(issues('jwt.issuers', [{ ...ISSUER, jwksUri: 'https://a:secret@issuer.example/' }])).not.toContain(
      'secret',
    );
    expect(issues('jwt.issuers', [{ ...ISSUER, discovery: true }])).not.toContain('issuer.example');
  });

  test('takes plain http for loopback alone', () => {
    for (const host of ['127.0.0.1:1', 'localhost', '[::1]:1', '127.9.9.9']) {
      expect(issues('jwt.issuers', [{ ...ISSUER, jwksUri: `http://${host}/` }])).toBe('');
    }
    for (const host of ['127.0.0.1.example.com', '10.0.0.1', 'localhost.example.com', '0.0.0.0']) {
      expect(issues('jwt.issuers', [{ ...ISSUER, jwksUri: `http://${host}/` }])).not.toBe('');
    }
  });

  test('names each issuer once', () => {
    expect(issues('jwt.issuers', [ISSUER, ISSUER])).toContain('expected each issuer once');
  });
});

describe('identity.introspection', () => {
  const whole = { endpoint: 'https://as.example/i', clientId: 'a', clientSecretFile: 's', audiences: ['g'] };

  test('is off unless it is set', () => {
    expect(loadConfig({ dataDir: '/', cwd: '/' }).identity.introspection).toBeUndefined();
    expect(load('introspection', whole).identity.introspection?.clientSecretFile).toBe('/work/s');
  });

  test.each(['endpoint', 'clientId', 'clientSecretFile', 'audiences'])('needs %s', (name) => {
    const { [name]: _, ...rest } = whole as Record<string, unknown>;
    expect(issues('introspection', rest)).toContain(`identity.introspection`);
  });

  test('is refused over plain http', () => {
    expect(issues('introspection', { ...whole, endpoint: 'http://as.example/i' })).toContain(
      'expected an https://',
    );
  });
});
