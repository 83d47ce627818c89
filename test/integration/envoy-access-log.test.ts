import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { denied, type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
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

test('a line has the fields of the guide, who called, and why Envoy answered', async () => {
  stubs.answer = (_request, response) =>
    void setTimeout(() => {
      response.writeHead(202, { 'content-type': 'application/json', 'x-job-id': 'job-1' });
      response.end('{"jobId":"job-1"}');
    }, 1300);
  await send(envoy.url, {
    method: 'POST',
    path: '/claude/invoke?trace=1',
    body: '{"prompt":"x"}',
    from: '127.4.0.1',
    headers: {
      'x-request-id': 'line-1',
      'x-api-key': 'gatehouse_secret',
      'user-agent': 'tester/1',
      referer: 'https://example.org/page?token=secret-token',
    },
  });
  const line = await envoy.logged('line-1');
  expect(line).toEqual({
    time_local: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    remote_addr: '127.4.0.1',
    request: 'POST /claude/invoke HTTP/1.1',
    status: 202,
    body_bytes_sent: 17,
    request_time: expect.any(Number),
    http_referer: 'https://example.org/page',
    http_user_agent: 'tester/1',
    request_id: 'line-1',
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    job_id: 'job-1',
    code: null,
    client: 'service-a',
    tenant: 'default',
    tier: 'pro',
    route: 'submit',
    response_flags: '-',
    response_code_details: 'via_upstream',
  });
  expect(line.request_time).toBeGreaterThanOrEqual(1.2);
  expect(line.request_time).toBeLessThan(5);
});

test('a refused request has its line too, with what authz knew of the caller', async () => {
  stubs.decide = () => denied('Unauthorized', '');
  await send(envoy.url, { path: '/claude/status/1', headers: { 'x-request-id': 'line-2' } });
  expect(await envoy.logged('line-2')).toMatchObject({
    status: 401,
    client: 'service-a',
    tier: 'pro',
    tenant: null,
    response_flags: 'UAEX',
    response_code_details: 'ext_authz_denied',
  });
});

test('a refusal has its code, whoever refused', async () => {
  const headers = (id: string) => ({ 'x-request-id': id });
  stubs.decide = () => denied('Unauthorized', '', { 'x-error-code': 'invalid_api_key' });
  await send(envoy.url, { path: '/claude/status/1', headers: headers('code-authz') });
  stubs.reset();
  stubs.limit = () => ({ overall_code: 'OVER_LIMIT', raw_body: Buffer.from('{}') });
  await send(envoy.url, { path: '/claude/status/1', headers: headers('code-ratelimit') });
  stubs.reset();
  stubs.answer = (_request, response) =>
    void response.writeHead(404, { 'x-error-code': 'job_not_found' }).end('{}');
  await send(envoy.url, { path: '/claude/status/1', headers: headers('code-api') });
  await send(envoy.url, { path: '/nothing', headers: headers('code-envoy') });
  const codes = await Promise.all(
    ['authz', 'ratelimit', 'api', 'envoy'].map(async (who) => (await envoy.logged(`code-${who}`)).code),
  );
  expect(codes).toEqual(['invalid_api_key', 'rate_limited', 'job_not_found', 'not_found']);
});

test('a request that nobody was asked about has no client', async () => {
  await send(envoy.tlsUrl, { path: '/nothing', http2: true, headers: { 'x-request-id': 'line-3' } });
  expect(await envoy.logged('line-3')).toMatchObject({
    request: 'GET /nothing HTTP/2',
    status: 404,
    client: null,
    tier: null,
    http_referer: null,
    http_user_agent: null,
  });
});

test('credentials, prompts and query strings are nowhere in the log', async () => {
  const headers = {
    'x-api-key': 'gatehouse_secret',
    authorization: 'Bearer gatehouse_secret',
    cookie: 'session=gatehouse_secret',
    'x-request-id': 'line-4',
  };
  const path = '/claude/invoke?key=gatehouse_secret';
  await send(envoy.url, { method: 'POST', path, headers, body: '{"prompt":"gatehouse_secret"}' });
  await envoy.logged('line-4');
  expect(envoy.accessLog()).not.toContain('gatehouse_secret');
});

test('a caller cannot write lines or fields of its own', async () => {
  const id = 'line-5", "client": "made-up';
  await send(envoy.url, {
    path: '/health',
    headers: { 'x-request-id': id, 'user-agent': '"}\t{"client":"made-up' },
  });
  await send(envoy.url, { path: '/health', headers: { 'x-request-id': 'line-6' } });
  await envoy.logged('line-6');
  const lines = envoy
    .accessLog()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(expect.objectContaining({ request_id: id, client: null }));
  expect(lines.some(({ client }) => client === 'made-up')).toBe(false);
});
