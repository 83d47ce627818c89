import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, redisAddress } from '../config/index.ts';
import { makeFolders } from './layout.ts';
import { resolveFiles } from './resolve.ts';
import { formatConfig } from './resolved-config.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-resolve-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function resolve(...set: string[]) {
  const places = await makeFolders(dir);
  return resolveFiles(loadConfig({ set, dataDir: dir, cwd: dir }), places, new Date());
}

test('secrets and a development certificate are made where none are named', async () => {
  const { config, tls, caFile } = await resolve();
  expect(config.identity.apiKeys.hashKeyFile).toBe(join(dir, 'secrets/api-key-hash.key'));
  expect(config.identity.assertion.keyFile).toBe(join(dir, 'secrets/assertion.key'));
  expect(config.envoy.tls).toEqual(tls);
  expect(caFile).toBe(join(dir, 'tls/ca.crt'));
  for (const folder of ['run', 'secrets', 'redis', 'logs']) {
    expect((await stat(join(dir, folder))).mode & 0o777).toBe(0o700);
  }
});

test("files of the user's own are left alone", async () => {
  const { config, caFile } = await resolve(
    'identity.apiKeys.hashKeyFile=a.key',
    'identity.assertion.keyFile=b.key',
    'envoy.tls.certFile=c.crt',
    'envoy.tls.keyFile=c.key',
  );
  expect(config.identity.apiKeys.hashKeyFile).toBe(join(dir, 'a.key'));
  expect(config.identity.assertion.keyFile).toBe(join(dir, 'b.key'));
  expect(config.envoy.tls).toEqual({ certFile: join(dir, 'c.crt'), keyFile: join(dir, 'c.key') });
  expect(caFile).toBeUndefined();
});

test('a password in redis.url moves to a file that only the owner can read', async () => {
  const { config } = await resolve('redis.url=rediss://user:p%40ss@redis.example:6380/2');
  expect(formatConfig(config)).not.toContain('p%40ss');
  expect(await redisAddress(config)).toEqual({ url: 'rediss://user@redis.example:6380/2', password: 'p@ss' });
  const file = config.redis.passwordFile ?? '';
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toBe('p@ss');
});

test.each([
  ['on where Envoy listens on loopback only', [], 'on'],
  ['off where it listens for others', ['listen.envoyTls=0.0.0.0:8443'], 'off'],
  ['off where the configuration says so', ['identity.jwt.development.mode=off'], 'off'],
  [
    'on where the configuration says so',
    ['listen.envoyTls=0.0.0.0:8443', 'identity.jwt.development.mode=on'],
    'on',
  ],
])('the development issuer is %s', async (_, set, mode) => {
  const { config } = await resolve(...set);
  expect(config.identity.jwt.development.mode).toBe(mode);
  if (mode === 'off') return;
  const { keyFile = '' } = config.identity.jwt.development;
  expect(keyFile).toBe(join(dir, 'secrets/development-issuer.pem'));
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  const before = await readFile(keyFile, 'utf8');
  expect(before).toContain('PRIVATE KEY');
  await resolve(...set);
  expect(await readFile(keyFile, 'utf8')).toBe(before);
});

describe("browsers' login", () => {
  const oidc = (settings: object = {}) =>
    `identity.oidc=${JSON.stringify({
      provider: 'google',
      issuer: 'https://accounts.google.com',
      publicUrl: 'https://gatehouse.example.org',
      clientId: 'gatehouse',
      clientSecretFile: 'client.secret',
      emailDomains: ['example.org'],
      ...settings,
    })}`;

  test("has a secret for cookies made, and the client's secret copied without its line break", async () => {
    await writeFile(join(dir, 'client.secret'), 'a secret\n');
    const { config } = await resolve(oidc());
    const { cookieSecretFile = '', clientSecretFile = '' } = config.identity.oidc ?? {};
    expect(await readFile(clientSecretFile, 'utf8')).toBe('a secret');
    expect(await readFile(cookieSecretFile, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    for (const file of [cookieSecretFile, clientSecretFile]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    expect((await resolve(oidc())).config.identity.oidc?.cookieSecretFile).toBe(cookieSecretFile);
  });

  test("takes a secret for cookies of the user's own", async () => {
    await writeFile(join(dir, 'client.secret'), 'a secret');
    const { config } = await resolve(oidc({ cookieSecretFile: 'cookie.secret' }));
    expect(config.identity.oidc?.cookieSecretFile).toBe(join(dir, 'cookie.secret'));
  });

  test("cannot be without the client's secret", async () => {
    await expect(resolve(oidc())).rejects.toThrow(
      /clientSecretFile .*client\.secret cannot be read \(ENOENT\)/,
    );
    await writeFile(join(dir, 'client.secret'), '\n');
    await expect(resolve(oidc())).rejects.toThrow(/client\.secret is empty/);
    await writeFile(join(dir, 'client.secret'), 'a%41b');
    await expect(resolve(oidc())).rejects.toThrow(/client\.secret has a %/);
  });
});
