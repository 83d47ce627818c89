import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAssertionVerifier } from '../../src/authz/index.ts';
import { startTestAuthz, type TestAuthz } from '../support/authz.ts';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { type RawRequest, type RawResponse, send } from '../support/http.ts';
import { minimalEnvoy } from '../support/minimal-envoy.ts';
import { until } from '../support/until.ts';

interface Seen {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

let authz: TestAuthz;
let upstream: Server;
let envoy: TestEnvoy;
let key: string;
let keyId: string;
const seen: Seen[] = [];
beforeAll(async () => {
  authz = await startTestAuthz();
  upstream = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    seen.push({ method, path, headers, body: Buffer.concat(await request.toArray()) });
    response.end('done');
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  envoy = await startEnvoy({ maxBodyBytes: authz.config.envoy.maxBody.bytes, buffer: true });
  ({ key, id: keyId } = await authz.keys((keys) => keys.createKey({ client: 'service-a', tier: 'pro' })));
});
afterAll(async () => {
  await envoy?.close();
  upstream?.close();
  await authz?.close();
});
beforeEach(() => {
  seen.length = 0;
  authz.lines.length = 0;
});

function startEnvoy(options: { maxBodyBytes: number; buffer: boolean }): Promise<TestEnvoy> {
  const at = (port: number) => ({ host: '127.0.0.1', port });
  const api = at((upstream.address() as AddressInfo).port);
  const addresses = { authz: at(authz.port), upstream: api };
  return startTestEnvoy({
    upstreams: { authz: addresses.authz, ratelimit: addresses.authz, api },
    edit: () => minimalEnvoy({ ...addresses, ...options }),
  });
}

const PROMPT = JSON.stringify({ prompt: 'hi', model: 'opus' });
const submit = (request: Partial<RawRequest> = {}, to = envoy) =>
  send(to.url, {
    path: '/claude/invoke?wait=1',
    method: 'POST',
    body: PROMPT,
    ...request,
    headers: { 'content-type': 'application/json', 'x-api-key': key, ...request.headers },
  });
const logOf = (answer: RawResponse) => envoy.logged(answer.headers['x-request-id'] ?? '');

describe('through Envoy an allowed request', () => {
  test('reaches the upstream whole, without its key, with the client and no made-up identity', async () => {
    const answer = await submit({
      headers: { authorization: `Bearer ${key}`, 'x-client-id': 'admin', 'x-gatehouse-assertion': 'forged' },
    });
    expect(answer.status).toBe(200);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.headers).not.toHaveProperty('x-api-key');
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
    expect(JSON.stringify(seen[0]?.headers)).not.toContain(key);
    expect(seen[0]?.headers['x-client-id']).toBe('service-a');
    expect(seen[0]?.body.toString()).toBe(PROMPT);
  });

  test('carries an assertion that verifies there, with the digest of the body that arrived', async () => {
    const body = Buffer.from(JSON.stringify({ prompt: 'ü', context: 'a'.repeat(2 ** 20) }));
    await submit({ body });
    const [request] = seen;
    const verify = createAssertionVerifier({ key: authz.assertionKey, now: Date.now });
    const verdict = await verify(String(request?.headers['x-gatehouse-assertion']), {
      method: request?.method ?? '',
      path: request?.path ?? '',
      contextSha256: '',
      bodySha256: () =>
        createHash('sha256')
          .update(request?.body ?? '')
          .digest('base64url'),
    });
    expect(verdict).toEqual({
      ok: true,
      identity: {
        client: 'service-a',
        tenant: 'default',
        tier: 'pro',
        keyId,
        authMethod: 'api_key',
      },
      limits: {},
    });
  });

  test('leaves all eight strings in the metadata', async () => {
    expect(await logOf(await submit())).toMatchObject({
      client: 'service-a',
      tenant: 'default',
      tier: 'pro',
      model: 'opus',
      route: 'submit',
      key_id: keyId,
      auth_method: 'api_key',
      verdict: 'allow',
    });
    const reading = await submit({ method: 'GET', path: '/claude/status/1', body: '', contentLength: true });
    expect(await logOf(reading)).toMatchObject({ route: 'read', model: 'none', verdict: 'none' });
  });
});

describe('through Envoy a denied request', () => {
  test('gets 401 with the body that authz wrote, and goes no further', async () => {
    const answer = await submit({ headers: { 'x-api-key': 'wrong' } });
    expect(answer.status).toBe(401);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'www-authenticate': 'ApiKey realm="gatehouse", Bearer realm="gatehouse", error="invalid_token"',
    });
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      code: 'invalid_api_key',
      error: 'Invalid or missing API key',
      detail: expect.any(String),
      requestId: answer.headers['x-request-id'],
    });
    expect(seen).toEqual([]);
    expect(await logOf(answer)).toMatchObject({ flags: 'UAEX', details: 'ext_authz_denied', client: null });
  });

  test('is in the access log with its client, where that is known', async () => {
    const answer = await submit({ body: '{"prompt":"[INST]"}' });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'disallowed_content' });
    expect(await logOf(answer)).toMatchObject({ client: 'service-a', tier: 'pro', verdict: 'reject' });
  });

  test('has no second x-api-key, which Envoy joins to the first', async () => {
    const answer = await submit({ headers: { 'x-api-key': [key, key] } });
    expect(answer.json()).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(authz.lines).toMatchObject([{ reason: 'repeated_header' }]);
  });
});

test('a body that Envoy cuts on HTTP/2 for lack of a buffer filter is refused, not passed uninspected', async () => {
  const leaky = await startEnvoy({ maxBodyBytes: 1_000, buffer: false });
  try {
    const body = `${PROMPT}${' '.repeat(1_200)}`;
    const answer = await submit({ body, http2: true }, leaky);
    expect(answer.json()).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(seen).toEqual([]);
    expect(authz.lines).toMatchObject([{ reason: 'partial_body', client: 'service-a' }]);
  } finally {
    await leaky.close();
  }
});

test('while Redis is away the caller gets the 503 that authz wrote, and nothing passes', async () => {
  await authz.redis.kill();
  const answer = await submit();
  expect(answer.status).toBe(503);
  expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '5' });
  expect(answer.json()).toEqual({
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    code: 'service_unavailable',
    error: 'Service temporarily unavailable',
    detail: expect.any(String),
    requestId: answer.headers['x-request-id'],
    retryAfter: 5,
  });
  expect(seen).toEqual([]);
  expect(await logOf(answer)).toMatchObject({ flags: 'UAEX', details: 'ext_authz_error' });

  await authz.redis.start();
  await until(async () => (await submit()).status === 200, 'requests pass again');
});
