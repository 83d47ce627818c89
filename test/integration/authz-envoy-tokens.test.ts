import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestAuthz, type TestAuthz } from '../support/authz.ts';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { type RawResponse, send } from '../support/http.ts';
import { serveKeys, startTestServer, type TestServer } from '../support/issuer.ts';
import { claimsOf, ecSigner, signToken } from '../support/json-web-token.ts';
import { minimalEnvoy } from '../support/minimal-envoy.ts';

const ISSUER = 'https://issuer.example';
const key = ecSigner('one');
let dir: string;
let issuer: TestServer;
let endpoint: TestServer;
let authz: TestAuthz;
let upstream: Server;
let envoy: TestEnvoy;
const seen: IncomingHttpHeaders[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-tokens-'));
  await writeFile(join(dir, 'secret'), 'of this test');
  issuer = await startTestServer(serveKeys(key.jwk));
  endpoint = await startTestServer(async (request, response) => {
    const token = new URLSearchParams(await text(request)).get('token');
    const active = token === 'opaque-token';
    response.end(JSON.stringify(active ? { active, sub: 'service-b', aud: 'gatehouse' } : { active }));
  });
  const issuers = [
    { issuer: ISSUER, audiences: ['gatehouse'], algorithms: ['ES256'], jwksUri: issuer.url },
    {
      issuer: 'https://away.example',
      audiences: ['gatehouse'],
      algorithms: ['ES256'],
      jwksUri: 'http://127.0.0.1:9',
    },
  ];
  const introspection = {
    ...{ endpoint: endpoint.url, clientId: 'gatehouse', clientSecretFile: join(dir, 'secret') },
    audiences: ['gatehouse'],
  };
  authz = await startTestAuthz(
    `identity.jwt.issuers=${JSON.stringify(issuers)}`,
    `identity.introspection=${JSON.stringify(introspection)}`,
  );
  upstream = createServer((request, response) => {
    seen.push(request.headers);
    response.end('done');
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const at = (port: number) => ({ host: '127.0.0.1', port });
  const api = at((upstream.address() as AddressInfo).port);
  const maxBodyBytes = authz.config.envoy.maxBody.bytes;
  envoy = await startTestEnvoy({
    upstreams: { authz: at(authz.port), ratelimit: at(authz.port), api },
    edit: () => minimalEnvoy({ authz: at(authz.port), upstream: api, maxBodyBytes, buffer: true }),
  });
});
afterAll(async () => {
  await envoy?.close();
  upstream?.close();
  await authz?.close();
  await issuer?.stop();
  await endpoint?.stop();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(() => {
  seen.length = 0;
  authz.lines.length = 0;
});

const submit = (headers: Record<string, string>) =>
  send(envoy.url, {
    path: '/claude/invoke',
    method: 'POST',
    body: JSON.stringify({ prompt: 'hi' }),
    headers: { 'content-type': 'application/json', ...headers },
  });
const bearer = (token: string) => submit({ authorization: `Bearer ${token}` });
const logOf = (answer: RawResponse) => envoy.logged(answer.headers['x-request-id'] ?? '');

describe('through Envoy a token', () => {
  test('lets its bearer pass, whom it names, and goes no further itself', async () => {
    const permissions = { rate_limit_tier: 'pro' };
    const token = signToken(key, claimsOf(ISSUER, { jti: 'token-1', tenant: 'acme', permissions }));
    const answer = await bearer(token);
    expect(answer.status).toBe(200);
    expect(seen[0]?.['x-client-id']).toBe('user-789');
    expect(JSON.stringify(seen)).not.toContain(token);
    expect(await logOf(answer)).toMatchObject({
      ...{ client: 'user-789', tenant: 'acme', tier: 'pro', key_id: 'token-1', auth_method: 'jwt' },
    });
  });

  test('with a subject of any characters has a name that is safe in a header', async () => {
    const token = signToken(key, claimsOf(ISSUER, { sub: 'auth0|用户\r\nx-client-id: admin' }));
    expect((await submit({ 'x-api-key': token })).status).toBe(200);
    expect(seen[0]?.['x-client-id']).toMatch(/^auth0-x-client-id-admin[.][0-9a-v]{26}$/);
  });

  test('that is opaque lets its bearer pass, whom the authorization server names', async () => {
    const answer = await bearer('opaque-token');
    expect(answer.status).toBe(200);
    expect(await logOf(answer)).toMatchObject({ client: 'service-b', auth_method: 'oauth' });
    expect(seen[0]?.authorization).toBeUndefined();
  });

  test.each([
    ['has expired', () => signToken(key, claimsOf(ISSUER, { exp: 1 })), 'token_expired'],
    ['is for somebody else', () => signToken(key, claimsOf(ISSUER, { aud: 'other' })), 'token_audience'],
    ['is signed by somebody else', () => signToken(ecSigner('one'), claimsOf(ISSUER)), 'token_signature'],
    ['is opaque and not active', () => 'revoked-token', 'token_inactive'],
  ])('that %s gets 401, is told how to authenticate, and goes no further', async (_, token, reason) => {
    const answer = await bearer(token());
    expect(answer.status).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'invalid_api_key', error: 'Invalid or missing API key' });
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(authz.lines).toMatchObject([{ reason }]);
    expect(seen).toEqual([]);
  });

  test('whose issuer is away gets 503, and goes no further', async () => {
    const answer = await bearer(signToken(key, claimsOf('https://away.example')));
    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'service_unavailable', retryAfter: expect.any(Number) });
    expect(await logOf(answer)).toMatchObject({ details: 'ext_authz_error' });
    expect(seen).toEqual([]);
  });
});
