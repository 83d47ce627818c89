import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { allowed, denied, type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { send } from '../support/http.ts';

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

describe('the edge limit of one address: 10 a second, 20 at once', () => {
  const submit = (from: string, path = '/claude/invoke', headers = {}) =>
    send(envoy.url, { method: 'POST', path, body: '{}', from, headers });

  /** How many of `count` submissions, one right after the other, pass; and how many tokens the time gave back. */
  async function burst(from: string, count: number, path?: (i: number) => string, headers?: object) {
    const start = performance.now();
    let passed = 0;
    for (let i = 0; i < count; i++) {
      const { status } = await submit(from, path?.(i), headers);
      expect([200, 429]).toContain(status);
      if (status === 200) passed += 1;
    }
    return { passed, refilled: Math.ceil((performance.now() - start) / 100) };
  }

  test('all paths of submissions share it, on all their spellings', async () => {
    const paths = [
      ...['/claude/invoke', '/claude/stream', '//claude/invoke', '/claude/%69nvoke?x=1'],
      ...['/claude/reports/invoke', '/claude/reports/stream?x=1'],
    ];
    const { passed, refilled } = await burst('127.3.0.1', 60, (i) => paths[i % paths.length] ?? '');
    expect(passed).toBeGreaterThanOrEqual(20);
    expect(passed).toBeLessThanOrEqual(20 + refilled);
    expect(stubs.checks).toHaveLength(passed);
  });

  test('over it the answer is 429 in JSON and says when to retry', async () => {
    await burst('127.3.0.2', 40);
    const response = await submit('127.3.0.2');
    expect(response.status).toBe(429);
    expect(response.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '1',
    });
    expect(response.json()).toEqual({
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      code: 'rate_limited',
      error: 'Rate limit exceeded',
      detail: expect.any(String),
      requestId: response.headers['x-correlation-id'],
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      retryAfter: 1,
    });
  });

  test('other requests from that address and other addresses are free', async () => {
    await burst('127.3.0.3', 40);
    expect((await submit('127.3.0.3')).status).toBe(429);
    for (const path of ['/claude/status/1', '/claude/invoke', '/claude/jobs/1/events', '/health']) {
      expect((await send(envoy.url, { path, from: '127.3.0.3' })).status).toBe(200);
    }
    expect((await submit('127.3.0.4')).status).toBe(200);
  });

  test('a made-up X-Forwarded-For is no other address', async () => {
    await burst('127.3.0.5', 40);
    expect((await submit('127.3.0.5', '/claude/invoke', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(
      429,
    );
  });

  test('an address is remembered while many others call', async () => {
    await burst('127.3.1.0', 40);
    const start = performance.now();
    await Promise.all(Array.from({ length: 100 }, (_, i) => submit(`127.3.1.${i + 1}`)));
    const waited = Math.ceil((performance.now() - start) / 100);
    const { passed, refilled } = await burst('127.3.1.0', 40);
    expect(passed).toBeLessThanOrEqual(waited + refilled + 1);
  });
});

describe('the limits of the tier', () => {
  const metadata = { tier: 'pro', tenant: 'acme', client: 'service-b' };
  const tenant = [
    ['tier', 'pro'],
    ['tenant', 'acme'],
  ];
  const client = [...tenant, ['client', 'service-b']];
  const submission = [
    { descriptor: [['calls', 'submit'], ...client], hits: undefined },
    { descriptor: [['calls', 'all'], ...tenant], hits: 10 },
    { descriptor: [['budget', 'tokens'], ...tenant], hits: 0 },
  ];
  const read = [
    { descriptor: [['calls', 'read'], ...client], hits: undefined },
    { descriptor: [['calls', 'all'], ...tenant], hits: 1 },
  ];
  const stream = { descriptor: [['streams', 'open'], ...client], hits: 0 };

  test.each([
    ['POST', '/claude/invoke', 'a submission', submission],
    ['POST', '/claude/stream', 'a submission and a stream', [...submission, stream]],
    ['POST', '/claude/reports/invoke', 'a submission', submission],
    ['POST', '/claude/reports/stream', 'a submission and a stream', [...submission, stream]],
    ['POST', '/claude/reports/more/invoke', 'a read', read],
    ['GET', '/claude/invoke', 'a read', read],
    ['GET', '/claude/status/1', 'a read', read],
    ['GET', '/claude/jobs/1/events', 'a read and a stream', [...read, stream]],
    ['DELETE', '/claude/jobs/1', 'a read', read],
  ])(
    '%s %s is one call with the descriptors of %s, each with its hits',
    async (method, path, _what, asked) => {
      stubs.decide = () => allowed(metadata);
      await send(envoy.url, { method, path, from: '127.3.2.1' });
      expect(stubs.limitCalls).toEqual([
        {
          domain: 'gatehouse',
          descriptors: asked.map(({ descriptor }) => descriptor),
          hits: asked.map(({ hits }) => hits),
        },
      ]);
    },
  );

  const status = {
    code: 'OK',
    current_limit: { requests_per_unit: 60, unit: 'MINUTE', name: 'pro-submit-minute' },
    limit_remaining: 59,
    duration_until_reset: { seconds: 33 },
  };

  test('an answer within the limit tells the limit, what is left and when it is whole again', async () => {
    stubs.limit = () => ({ overall_code: 'OK', statuses: [status] });
    const { headers } = await send(envoy.url, { method: 'POST', path: '/claude/invoke', body: '{}' });
    expect(headers).toMatchObject({
      'x-ratelimit-limit': '60, 60;w=60;name="pro-submit-minute"',
      'x-ratelimit-remaining': '59',
      'x-ratelimit-reset': '33',
    });
  });

  test("the rate limit service's 429 keeps its body and headers, and the api does not see the request", async () => {
    const body = '{"code":"rate_limited","own":true}';
    stubs.limit = () => ({
      overall_code: 'OVER_LIMIT',
      statuses: [{ ...status, code: 'OVER_LIMIT', limit_remaining: 0 }],
      response_headers_to_add: [
        { key: 'content-type', value: 'application/problem+json' },
        { key: 'ratelimit-policy', value: '"pro-submit-minute";q=60;w=60' },
      ],
      raw_body: Buffer.from(body),
    });
    const response = await send(envoy.url, {
      method: 'POST',
      path: '/claude/invoke',
      body: '{}',
      headers: { 'x-request-id': 'mine' },
    });
    expect(response.status).toBe(429);
    expect(response.body.toString()).toBe(body);
    expect(response.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'ratelimit-policy': '"pro-submit-minute";q=60;w=60',
      'retry-after': '33',
      'x-ratelimit-remaining': '0',
      'x-request-id': 'mine',
      'x-correlation-id': 'mine',
    });
    expect(stubs.requests).toEqual([]);
  });

  test('a request that authz refuses is not counted', async () => {
    stubs.decide = () => denied('Unauthorized', '');
    await send(envoy.url, { path: '/claude/status/1' });
    expect(stubs.limitCalls).toEqual([]);
  });

  // A missing or non-string value drops the descriptor, and without descriptors Envoy asks for no limit at all.
  test.each([
    ['a number as the tier', { tier: 7 }],
    ['a number as the client', { client: 7 }],
    ['a number as the tenant', { tenant: 7 }],
    ['an empty tier', { tier: '' }],
  ])('%s does not escape the limits: 503, and the api does not see the request', async (_what, wrong) => {
    stubs.decide = () => allowed(wrong);
    const response = await send(envoy.url, { path: '/claude/status/1' });
    expect(response.status).toBe(503);
    expect(response.json()).toMatchObject({ code: 'service_unavailable', status: 503, retryAfter: 5 });
    expect(stubs.requests).toEqual([]);
  });

  test('nor does an authz that says nothing of whose request it is', async () => {
    stubs.decide = () => ({ status: { code: 0 }, ok_response: {} });
    expect((await send(envoy.url, { path: '/claude/status/1' })).status).toBe(503);
    expect(stubs.requests).toEqual([]);
  });
});
