import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestAuthz, type TestAuthz } from '../support/authz.ts';
import { makeTestCertificate } from '../support/certificate.ts';
import { type CheckClient, openCheckClient } from '../support/check-client.ts';
import { serveJson, serveKeys, stall, startTestServer, type TestServer } from '../support/issuer.ts';
import {
  claimsOf,
  ecSigner,
  edSigner,
  hmacSigner,
  type Signer,
  signToken,
} from '../support/json-web-token.ts';
import { until } from '../support/until.ts';

const ISSUER = 'https://issuer.example';
let dir: string;
let server: TestServer;
let authz: TestAuthz | undefined;
let client: CheckClient | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-keys-'));
  server = await startTestServer(serveKeys());
});
afterEach(async () => {
  client?.close();
  await authz?.close();
  await server.stop();
  await rm(dir, { recursive: true, force: true });
  authz = undefined;
});

/** Starts authz with one issuer; what tokens ask for is fetched at once, unless settings say otherwise. */
async function start(issuer: object, ...set: string[]): Promise<TestAuthz> {
  const whole = { issuer: ISSUER, audiences: ['gatehouse'], algorithms: ['ES256'], ...issuer };
  authz = await startTestAuthz(
    `identity.jwt.issuers=${JSON.stringify([whole])}`,
    'identity.jwt.jwks.minInterval=0ms',
    ...set,
  );
  client = openCheckClient(authz.port);
  return authz;
}

/** What a request with a token of this signer comes to: 'allowed', or the reason in the log. */
async function outcome(signer: Signer, claims: object = {}, issuer = ISSUER): Promise<string> {
  return send(signToken(signer, claimsOf(issuer, { ...claims })));
}

async function send(token: string): Promise<string> {
  const before = authz?.lines.length ?? 0;
  const answer = await client?.check({
    method: 'GET',
    path: '/claude/status/1',
    headers: { authorization: `Bearer ${token}` },
  });
  if (answer?.status.code === 0) return 'allowed';
  const line = authz?.lines.slice(before).find(({ message }) => message === 'request denied');
  return `${line?.status} ${line?.reason}`;
}

describe('keys by address', () => {
  test('are there before the first token', async () => {
    const key = ecSigner('one');
    server.behave(serveKeys(key.jwk));
    await start({ jwksUri: `${server.url}/keys` });
    await until(() => server.requests.length === 1, 'keys are fetched');
    await until(async () => (await outcome(key)) === 'allowed', 'the token counts');
    expect(server.requests).toEqual(['/keys']);
  });

  test('are fetched once for many tokens that come first', async () => {
    const key = ecSigner('one');
    await start({ jwksUri: server.url });
    await until(() => server.requests.length === 1, 'keys are fetched');
    server.behave((_, response) => setImmediate(() => serveKeys(key.jwk)(_, response)));
    const token = signToken(key, claimsOf(ISSUER));
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => send(token)));
    expect(new Set(outcomes)).toEqual(new Set(['allowed']));
    expect(server.requests.length).toBeLessThanOrEqual(3);
  });

  test('change without a restart: the new one counts, and what the old one signed does no more', async () => {
    const [old, next] = [ecSigner('old'), ecSigner('next')];
    server.behave(serveKeys(old.jwk));
    await start({ jwksUri: server.url });
    const token = signToken(old, claimsOf(ISSUER));
    expect(await send(token)).toBe('allowed');
    server.behave(serveKeys(old.jwk, next.jwk));
    expect(await outcome(next)).toBe('allowed');
    expect(await send(token)).toBe('allowed');
    server.behave(serveKeys(next.jwk));
    expect(await outcome(ecSigner('unknown'))).toBe('401 token_key');
    expect(await send(token)).toBe('401 token_key');
    expect(await outcome(next)).toBe('allowed');
  });

  test('are not fetched more often than the floor allows, whatever tokens name', async () => {
    const key = ecSigner('one');
    server.behave(serveKeys(key.jwk));
    await start({ jwksUri: server.url }, 'identity.jwt.jwks.minInterval=1h');
    await until(async () => (await outcome(key)) === 'allowed', 'the token counts');
    for (let kid = 0; kid < 20; kid += 1) {
      expect(await outcome({ ...key, kid: `made-up-${kid}` })).toBe('401 token_key');
    }
    expect(server.requests).toHaveLength(1);
  });

  test('go on to count while the issuer is down; a key that it may have had since is 503', async () => {
    const key = ecSigner('one');
    server.behave(serveKeys(key.jwk));
    await start({ jwksUri: server.url });
    expect(await outcome(key)).toBe('allowed');
    await server.stop();
    expect(await outcome(key, { jti: 'another' })).toBe('allowed');
    expect(await outcome(ecSigner('two'))).toBe('503 issuer_unavailable');
    await server.start();
    expect(await outcome(key, { jti: 'third' })).toBe('allowed');
    expect(await outcome(ecSigner('two'))).toBe('401 token_key');
  });

  test('do not count for ever while the issuer is down', async () => {
    const key = ecSigner('one');
    server.behave(serveKeys(key.jwk));
    await start({ jwksUri: server.url }, 'identity.jwt.jwks.maxStale=500ms');
    const token = signToken(key, claimsOf(ISSUER));
    await until(async () => (await send(token)) === 'allowed', 'the token counts');
    await server.stop();
    await until(async () => (await send(token)) === '503 issuer_unavailable', 'it counts no more');
  });

  test('that are not there at the start come when the issuer does', async () => {
    const key = ecSigner('one');
    server.behave(serveKeys(key.jwk));
    await server.stop();
    await start({ jwksUri: server.url });
    expect(await outcome(key)).toBe('503 issuer_unavailable');
    await server.start();
    await until(async () => (await outcome(key)) === 'allowed', 'the token counts');
  });

  test('that do not come in time are not waited for', async () => {
    server.behave(stall);
    await start({ jwksUri: server.url }, 'identity.jwt.jwks.timeout=1h', 'envoy.authzTimeout=200ms');
    const before = performance.now();
    expect(await outcome(ecSigner('one'))).toBe('503 issuer_unavailable');
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test.each([
    ['an error', (_, response) => response.writeHead(500).end()],
    ['something else', (_, response) => response.end('<html>')],
    ['no keys at all', (_, response) => response.end('{"error":"none"}')],
    ['duplicate members', (_, response) => response.end('{"keys":[],"keys":[]}')],
    ['far too much', (_, response) => response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
    [
      'far too much, without saying so',
      (_, response) => {
        for (let chunk = 0; chunk < 40; chunk += 1) response.write(' '.repeat(10_000));
        response.end();
      },
    ],
    [
      'half of it',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"keys":[');
        setImmediate(() => response.destroy());
      },
    ],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/keys' }).end()],
    [
      'its private key',
      (_, response) => {
        const { privateKey } = ecSigner('one');
        response.end(JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] }));
      },
    ],
  ] satisfies [string, Parameters<TestServer['behave']>[0]][])(
    'do not change when the issuer answers with %s',
    async (_, behaviour) => {
      const key = ecSigner('one');
      server.behave(serveKeys(key.jwk));
      await start({ jwksUri: server.url });
      expect(await outcome(key)).toBe('allowed');
      server.behave(behaviour);
      expect(await outcome(ecSigner('two'))).toBe('503 issuer_unavailable');
      expect(await outcome(key, { jti: 'another' })).toBe('allowed');
      expect(authz?.lines.filter(({ code }) => code === 'issuer_unavailable')).toHaveLength(1);
      expect(server.requests).not.toContain('/keys');
    },
  );

  test('of a kind that must not be used are left out, and the log says why', async () => {
    const key = ecSigner('one');
    server.behave(serveKeys(key.jwk, { ...ecSigner('enc').jwk, use: 'enc' }));
    await start({ jwksUri: server.url });
    expect(await outcome(key)).toBe('allowed');
    expect(authz?.lines).toContainEqual(
      expect.objectContaining({ code: 'key_left_out', reason: expect.stringContaining('Key 2') }),
    );
  });

  test('may be behind a certificate of an authority of one’s own', async () => {
    const certificate = await makeTestCertificate();
    const key = ecSigner('one');
    const secure = await startTestServer(serveKeys(key.jwk), certificate);
    try {
      await start({ jwksUri: secure.url });
      expect(await outcome(key)).toBe('503 issuer_unavailable');
      await authz?.close();
      await start({ jwksUri: secure.url, caFile: certificate.certFile });
      expect(await outcome(key)).toBe('allowed');
    } finally {
      await secure.stop();
      await certificate.close();
    }
  });

  test('are counted, by issuer and result', async () => {
    const key = ecSigner('one');
    server.behave(serveKeys(key.jwk));
    const { httpPort } = await start({ jwksUri: server.url });
    expect(await outcome(key)).toBe('allowed');
    expect(await outcome(key, { aud: 'other' })).toBe('401 token_audience');
    await server.stop();
    expect(await outcome(ecSigner('two'))).toBe('503 issuer_unavailable');
    const metrics = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
    for (const line of [
      `gatehouse_authz_token_verifications_total{issuer="${ISSUER}",outcome="verified"} 1`,
      `gatehouse_authz_token_verifications_total{issuer="${ISSUER}",outcome="refused"} 1`,
      `gatehouse_authz_token_verifications_total{issuer="${ISSUER}",outcome="unavailable"} 1`,
      `gatehouse_authz_key_fetches_total{issuer="${ISSUER}",result="failed"} `,
      'gatehouse_authz_held_entries{held="verified_tokens"} 1',
    ]) {
      expect(metrics).toContain(line);
    }
  });
});

describe('keys by discovery', () => {
  const discovered = (issuer: string, rest: object = {}) => ({
    ...{ issuer, jwks_uri: `${issuer}/keys` },
    ...rest,
  });
  const serve = (document: object, keys: object[]) =>
    server.behave((request, response) => {
      const isDocument = request.url === '/.well-known/openid-configuration';
      serveJson(isDocument ? document : { keys })(request, response);
    });

  test('are where the issuer says', async () => {
    const key = edSigner('one');
    serve(discovered(server.url), [key.jwk]);
    await start({ issuer: server.url, discovery: true, algorithms: ['EdDSA'] });
    expect(await outcome(key, {}, server.url)).toBe('allowed');
    expect(server.requests.slice(0, 2)).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  test.each([
    ['describes somebody else', { issuer: 'https://other.example' }],
    ['names no keys', { jwks_uri: undefined }],
    ['names keys that could be changed on their way', { jwks_uri: 'http://keys.example/keys' }],
    ['names keys in a file', { jwks_uri: 'file:///etc/passwd' }],
  ])('do not come from a document that %s', async (_, change) => {
    const key = edSigner('one');
    serve(discovered(server.url, change), [key.jwk]);
    await start({ issuer: server.url, discovery: true, algorithms: ['EdDSA'] });
    expect(await outcome(key, {}, server.url)).toBe('503 issuer_unavailable');
    expect(server.requests).not.toContain('/keys');
  });
});

describe('keys by file', () => {
  /** Puts a file there as a whole, as careful programs do. */
  async function put(name: string, content: string): Promise<string> {
    const path = join(dir, name);
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
    return path;
  }

  const pemOf = (key: ReturnType<typeof ecSigner>) =>
    key.publicKey.export({ type: 'spki', format: 'pem' }).toString();

  test('in PEM count until the file has others', async () => {
    const [old, next] = [ecSigner(), ecSigner()];
    await start({ pemFile: await put('issuer.pem', pemOf(old)) });
    const token = signToken(old, claimsOf(ISSUER));
    expect(await send(token)).toBe('allowed');
    await put('issuer.pem', pemOf(next));
    await until(async () => (await outcome(next)) === 'allowed', 'the new key counts');
    expect(await send(token)).toBe('401 token_signature');
  });

  test('in a JWK Set count until the file has others', async () => {
    const [old, next] = [ecSigner('old'), ecSigner('next')];
    await start({ jwksFile: await put('issuer.jwks', JSON.stringify({ keys: [old.jwk] })) });
    expect(await outcome(old)).toBe('allowed');
    await put('issuer.jwks', JSON.stringify({ keys: [next.jwk] }));
    await until(async () => (await outcome(next)) === 'allowed', 'the new key counts');
    expect(await outcome(old)).toBe('401 token_key');
  });

  test('as secret count until the file has another', async () => {
    const [old, next] = ['the first secret of this very test', 'the second secret of this very test'];
    await start({ algorithms: ['HS256'], secretFile: await put('secret', `${old}\n`) });
    expect(await outcome(hmacSigner(old))).toBe('allowed');
    await put('secret', next);
    await until(async () => (await outcome(hmacSigner(next))) === 'allowed', 'the new secret counts');
    expect(await outcome(hmacSigner(old))).toBe('401 token_signature');
  });

  test('that has become unusable are the last ones, and the log says so', async () => {
    const key = ecSigner();
    await start({ pemFile: await put('issuer.pem', pemOf(key)) });
    await put('issuer.pem', 'half a ke');
    await until(() => (authz?.lines ?? []).some(({ code }) => code === 'issuer_unavailable'), 'it is said');
    expect(await outcome(key)).toBe('allowed');
    await rm(join(dir, 'issuer.pem'));
    expect(await outcome(key, { jti: 'another' })).toBe('allowed');
  });

  test('that has become unusable do not count for ever', async () => {
    const key = ecSigner();
    await start({ pemFile: await put('issuer.pem', pemOf(key)) }, 'identity.jwt.jwks.maxStale=100ms');
    expect(await outcome(key)).toBe('allowed');
    await rm(join(dir, 'issuer.pem'));
    await until(async () => (await outcome(key)) === '503 issuer_unavailable', 'it counts no more');
  });

  test.each([
    ['is not there', { pemFile: 'missing.pem' }, undefined, 'it cannot be read (ENOENT)'],
    ['is empty', { pemFile: 'file' }, '', 'it holds no public key'],
    [
      'holds a private key',
      { pemFile: 'file' },
      '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----',
      'private key',
    ],
    ['is no JWK Set', { jwksFile: 'file' }, '[]', 'it is not a JSON object'],
    [
      'has too short a secret',
      { secretFile: 'file', algorithms: ['HS256'] },
      'a short secret',
      'it has 14 bytes',
    ],
    [
      'has a secret that can be guessed',
      { secretFile: 'file', algorithms: ['HS256'] },
      'a'.repeat(64),
      'guessed',
    ],
  ])('that %s keep authz from starting, with the reason', async (_, files, content, reason) => {
    if (content !== undefined) await put('file', content);
    const absolute = Object.entries(files).map(([key, value]) => [
      key,
      typeof value === 'string' ? join(dir, value) : value,
    ]);
    const failed = start(Object.fromEntries(absolute));
    await expect(failed).rejects.toMatchObject({
      code: 'invalid_issuer_key',
      message: expect.stringMatching(new RegExp(`${ISSUER}.*${reason.replaceAll(/[()]/g, '.')}`)),
    });
  });
});
