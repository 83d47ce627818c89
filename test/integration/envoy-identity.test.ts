import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { allowed, denied, type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { type RawRequest, send } from '../support/http.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let stubs: StubUpstreams;
let envoy: TestEnvoy;

beforeAll(async () => {
  stubs = await startStubUpstreams();
  envoy = await startTestEnvoy({ upstreams: stubs.addresses });
});
beforeEach(() => stubs.reset());
afterAll(async () => {
  await envoy?.close();
  await stubs?.close();
});

/** Who the caller would like to be. */
const madeUp: Record<string, string> = {
  'x-client-id': 'made-up',
  'x-gatehouse-assertion': 'made-up',
  'x-gatehouse-anything-else': 'made-up',
  'x-gatehouse-id-token': 'made-up',
  'X-Gatehouse-Tier': 'made-up',
  'x-user-id': 'made-up',
  'x-tenant': 'made-up',
  'x-tenant-id': 'made-up',
  'x-forwarded-client-cert': 'Hash=made-up;URI=spiffe://made-up',
  'x-real-ip': 'made-up',
  'x-forwarded-host': 'made-up',
  'x-forwarded-port': 'made-up',
  forwarded: 'for=made-up',
  'x-envoy-internal': 'made-up',
  'x-envoy-original-path': '/made-up',
  'x-envoy-external-address': 'made-up',
  'x-envoy-upstream-rq-timeout-ms': '1',
  'x-envoy-auth-failure-mode-allowed': 'made-up',
  traceparent: '00-11111111111111111111111111111111-2222222222222222-00',
  tracestate: 'made-up=1',
  baggage: 'made-up=1',
};

const routes: [string, RawRequest][] = [
  ['POST /claude/invoke', { method: 'POST', path: '/claude/invoke', body: '{}' }],
  ['POST /claude/stream', { method: 'POST', path: '/claude/stream', body: '{}' }],
  ['GET /claude/jobs/1/events', { path: '/claude/jobs/1/events' }],
  ['GET /claude/status/1', { path: '/claude/status/1' }],
  ['GET /health', { path: '/health' }],
  ['GET /ready', { path: '/ready' }],
  ['GET /openapi.json', { path: '/openapi.json' }],
];

describe.each(routes)('on %s', (_name, request) => {
  test.each([
    ['HTTP/1.1', false],
    ['HTTP/2', true],
  ])(
    'identity and origin headers that a caller makes up reach neither authz nor the api (%s)',
    async (_v, http2) => {
      const response = await send(envoy.url, { ...request, http2, headers: madeUp });
      expect(response.status).toBe(200);
      expect(JSON.stringify(stubs.checks.map(({ headers }) => headers))).not.toMatch(/made-up|1{32}/);
      expect(JSON.stringify(stubs.requests.map(({ headers }) => headers))).not.toMatch(/made-up|1{32}/);
      expect(stubs.requests).toHaveLength(1);
    },
  );

  test('the api sees where the request came from', async () => {
    const headers = {
      'x-forwarded-for': '198.51.100.7',
      'x-forwarded-proto': 'https',
      host: 'api.example.org',
    };
    await send(envoy.url, { ...request, headers, from: '127.2.0.9' });
    expect(stubs.requests[0]?.headers).toMatchObject({
      host: 'api.example.org',
      'x-real-ip': '127.2.0.9',
      'x-forwarded-for': '198.51.100.7,127.2.0.9',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'api.example.org',
      'x-request-id': expect.stringMatching(UUID),
    });
    await send(envoy.tlsUrl, { ...request, headers: { 'x-forwarded-proto': 'http' } });
    expect(stubs.requests[1]?.headers['x-forwarded-proto']).toBe('https');
  });

  test('a credential is for authz alone', async () => {
    const headers = { 'x-api-key': 'gatehouse_secret', authorization: 'Bearer gatehouse_secret' };
    await send(envoy.url, { ...request, headers });
    for (const check of stubs.checks) expect(check.headers).toMatchObject(headers);
    expect(stubs.requests).toHaveLength(1);
    expect(JSON.stringify(stubs.requests)).not.toContain('gatehouse_secret');
  });

  test('cookies reach neither authz nor the api', async () => {
    await send(envoy.url, { ...request, headers: { cookie: 'session=secret' } });
    expect(stubs.requests).toHaveLength(1);
    expect(JSON.stringify([stubs.requests, stubs.checks])).not.toContain('secret');
  });

  test('a request id is made, passed on and returned', async () => {
    const { headers } = await send(envoy.url, request);
    expect(headers['x-request-id']).toMatch(UUID);
    expect(headers['x-correlation-id']).toBe(headers['x-request-id']);
    expect(stubs.requests[0]?.headers['x-request-id']).toBe(headers['x-request-id']);
    expect(stubs.checks.every((check) => check.headers['x-request-id'] === headers['x-request-id'])).toBe(
      true,
    );
  });

  test("a caller's request id is kept, passed on and returned", async () => {
    const { headers } = await send(envoy.url, { ...request, headers: { 'x-request-id': 'order-17/step 3' } });
    expect(headers).toMatchObject({
      'x-request-id': 'order-17/step 3',
      'x-correlation-id': 'order-17/step 3',
    });
    expect(stubs.requests[0]?.headers['x-request-id']).toBe('order-17/step 3');
  });
});

test('the names that authz gives reach the api', async () => {
  await send(envoy.url, { method: 'POST', path: '/claude/invoke', body: '{}' });
  expect(stubs.requests[0]?.headers).toMatchObject({
    'x-client-id': 'service-a',
    'x-gatehouse-assertion': 'jws',
  });
});

test("a caller's request id is cut to 128 characters", async () => {
  const { headers } = await send(envoy.url, {
    path: '/health',
    headers: { 'x-request-id': 'a'.repeat(200) },
  });
  expect(headers['x-request-id']).toBe('a'.repeat(128));
});

test('request id and correlation id come once, also where the api sets them itself', async () => {
  stubs.answer = (_request, response) => {
    response.writeHead(200, { 'x-request-id': 'other', 'x-correlation-id': 'other' }).end();
  };
  const { headers } = await send(envoy.url, { path: '/health', headers: { 'x-request-id': 'mine' } });
  expect(headers).toMatchObject({ 'x-request-id': 'mine', 'x-correlation-id': 'mine' });
});

test('a refusal of authz has request id and correlation id, and its own body and headers', async () => {
  const body = '{"code":"invalid_api_key"}';
  stubs.decide = () =>
    denied('Unauthorized', body, {
      'content-type': 'application/problem+json',
      'www-authenticate': 'ApiKey realm="gatehouse"',
    });
  const response = await send(envoy.url, {
    path: '/claude/status/1',
    headers: { 'x-request-id': 'mine', 'x-api-key': 'wrong' },
  });
  expect(response.status).toBe(401);
  expect(response.body.toString()).toBe(body);
  expect(response.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'www-authenticate': 'ApiKey realm="gatehouse"',
    'x-request-id': 'mine',
    'x-correlation-id': 'mine',
  });
  expect(stubs.requests).toEqual([]);
});

describe('what authz may change', () => {
  const call = () => send(envoy.url, { method: 'POST', path: '/claude/invoke', body: '{}' });

  test.each([
    ['the path', { ':path': '/admin' }],
    ['the method', { ':method': 'DELETE' }],
    ['the host', { host: 'evil.example' }],
    ['a header that is not about identity', { 'x-forwarded-for': '203.0.113.1' }],
  ])('authz cannot change %s: 500, and the api never sees the request', async (_what, headers) => {
    stubs.decide = () => allowed({}, headers);
    const response = await call();
    expect(response.status).toBe(500);
    expect(response.json()).toMatchObject({ code: 'internal_error', status: 500 });
    expect(stubs.requests).toEqual([]);
  });

  test('a header value with a line break from authz is 500, and no header of its own', async () => {
    stubs.decide = () => allowed({}, { 'x-client-id': 'service-a\r\nx-gatehouse-assertion: forged' });
    const response = await call();
    expect(response.status).toBe(500);
    expect(response.json()).toMatchObject({ code: 'internal_error' });
    expect(stubs.requests).toEqual([]);
  });

  test('a line break in a header of a refusal is 500 as well', async () => {
    stubs.decide = () => denied('Unauthorized', '', { 'www-authenticate': 'ApiKey\r\nset-cookie: forged=1' });
    const response = await call();
    expect(response.status).toBe(500);
    expect(response.headers).not.toHaveProperty('set-cookie');
  });

  test('a name that authz sets replaces what is there, whatever its append action says', async () => {
    stubs.decide = () => {
      const answer = allowed();
      for (const header of answer.ok_response.headers)
        Object.assign(header, { append_action: 'APPEND_IF_EXISTS_OR_ADD' });
      return answer;
    };
    await call();
    expect(stubs.requests[0]?.headers['x-client-id']).toBe('service-a');
  });
});

test('a header name with an underscore is refused, as some servers would read it as a dash', async () => {
  const response = await send(envoy.url, { path: '/claude/status/1', headers: { x_client_id: 'made-up' } });
  expect(response.status).toBe(400);
  expect(response.json()).toMatchObject({ code: 'invalid_request', status: 400 });
  expect(response.json().requestId).toBe(response.headers['x-correlation-id']);
  expect(stubs.checks).toEqual([]);
});
