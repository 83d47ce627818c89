import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestAuthz, type TestAuthz } from '../support/authz.ts';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { type RawRequest, send } from '../support/http.ts';

let stubs: StubUpstreams;
let authz: TestAuthz;
let envoy: TestEnvoy;
let key: string;
let analystKey: string;
let lastAddress = 0;
beforeAll(async () => {
  stubs = await startStubUpstreams();
  authz = await startTestAuthz(
    `routes={
      reports: {paths: ['/claude/reports/**'], methods: [GET], roles: [analyst]},
      export: {paths: [/claude/reports/export], methods: [GET], scopes: ['reports:read', 'reports:export']},
      teams: {paths: [/claude/teams], tiers: [enterprise]},
      trial: {paths: [/claude/trial], roles: [analyst], shadow: true}
    }`,
    `permissions.tiers={pro: {maxTokensPerRequest: 4000, maxTurns: 5, maxTimeout: 60s, allowedSkills: [tdd], allowedModels: [sonnet, haiku]}}`,
    'inspection.contentEncodings=[gzip, deflate, br]',
    'inspection.maxInflated=64KiB',
  );
  envoy = await startEnvoy();
  ({ key } = await authz.keys((keys) => keys.createKey({ client: 'service-a', tier: 'pro' })));
  ({ key: analystKey } = await authz.keys((keys) =>
    keys.createKey({
      client: 'service-b',
      tier: 'pro',
      roles: ['analyst'],
      scopes: ['reports:read', 'reports:export'],
    }),
  ));
});
afterAll(async () => {
  await envoy?.close();
  await authz?.close();
  await stubs?.close();
});
beforeEach(() => {
  stubs.reset();
  authz.lines.length = 0;
});

function startEnvoy(edit?: (yaml: string) => string): Promise<TestEnvoy> {
  return startTestEnvoy({
    upstreams: { ...stubs.addresses, authz: { host: '127.0.0.1', port: authz.port } },
    set: ['envoy.authzTimeout=20s'],
    ...(edit && { edit }),
  });
}

/** Each from an address of its own, so that the edge limit stays out of the way. */
const call = (request: Partial<RawRequest> & { key?: string | undefined }, url = envoy.url) => {
  lastAddress += 1;
  return send(url, {
    path: '/claude/invoke',
    method: 'POST',
    from: `127.3.${Math.floor(lastAddress / 250)}.${(lastAddress % 250) + 1}`,
    contentLength: true,
    ...request,
    headers: {
      'content-type': 'application/json',
      ...('key' in request ? request.key && { 'x-api-key': request.key } : { 'x-api-key': key }),
      ...request.headers,
    },
  });
};
const prompt = (rest: object = {}) => JSON.stringify({ prompt: 'hi', ...rest });
const members = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0]));

type Denied = [
  name: string,
  request: Parameters<typeof call>[0],
  status: number,
  code: string,
  reason: string,
];

const BODIES: Denied[] = [
  ['without a body', { body: '' }, 400, 'empty_body', 'empty_body'],
  ['for JSON that is none', { body: '{"prompt":' }, 400, 'invalid_json', 'invalid_json'],
  [
    'for a key that stands twice',
    { body: '{"prompt":"a","\\u0070rompt":"b"}' },
    400,
    'duplicate_key',
    'duplicate_key',
  ],
  [
    'for bytes that are not UTF-8',
    { body: Buffer.from('{"prompt":"\xff"}', 'latin1') },
    400,
    'invalid_encoding',
    'invalid_encoding',
  ],
  [
    'for half of a surrogate pair',
    { body: '{"prompt":"\\ud800"}' },
    400,
    'invalid_encoding',
    'invalid_encoding',
  ],
  [
    'for a number beyond 2^53-1',
    { body: '{"prompt":"a","max_tokens":9007199254740993}' },
    400,
    'number_out_of_range',
    'number_out_of_range',
  ],
  [
    'for an exponent that overflows',
    { body: '{"prompt":"a","context":{"a":1e999}}' },
    400,
    'number_out_of_range',
    'number_out_of_range',
  ],
  [
    'for deep nesting',
    { body: prompt({ context: JSON.parse(`{"a":${'['.repeat(64)}${']'.repeat(64)}}`) }) },
    400,
    'too_deep',
    'too_deep',
  ],
  ['for an array', { body: '["prompt"]' }, 400, 'not_an_object', 'not_an_object'],
  ['for a blank prompt', { body: '{"prompt":" "}' }, 400, 'invalid_prompt', 'invalid_prompt'],
  [
    'for a prompt that is too long',
    { body: prompt({ prompt: 'a'.repeat(50_001) }) },
    400,
    'prompt_too_long',
    'prompt_too_long',
  ],
  [
    'for a prompt that is disallowed',
    { body: prompt({ prompt: '[INST]' }) },
    400,
    'disallowed_content',
    'disallowed_content',
  ],
  [
    'for a system text that is disallowed',
    { body: prompt({ system: '[INST]' }) },
    400,
    'disallowed_content',
    'disallowed_content',
  ],
  [
    'for a context that is disallowed',
    { body: prompt({ context: { a: ['[INST]'] } }) },
    400,
    'disallowed_content',
    'disallowed_content',
  ],
  [
    'for the branch in a header',
    { body: prompt(), headers: { 'x-branch': '[INST]' } },
    400,
    'disallowed_content',
    'disallowed_content',
  ],
  [
    'for too many members',
    { body: prompt({ context: members(10_001) }) },
    413,
    'body_too_large',
    'too_many_members',
  ],
  [
    'for its media type',
    { body: prompt(), headers: { 'content-type': 'text/plain' } },
    415,
    'unsupported_media_type',
    'unsupported_media_type',
  ],
  [
    'for its charset',
    { body: prompt(), headers: { 'content-type': 'application/json; charset=utf-16' } },
    415,
    'unsupported_media_type',
    'unsupported_media_type',
  ],
  [
    'for a content-encoding that is not allowed',
    { body: prompt(), headers: { 'content-encoding': 'zstd' } },
    415,
    'unsupported_encoding',
    'unsupported_encoding',
  ],
  [
    'for two content-encodings',
    { body: gzipSync(gzipSync(prompt())), headers: { 'content-encoding': 'gzip, gzip' } },
    415,
    'unsupported_encoding',
    'unsupported_encoding',
  ],
  [
    'for gzip that is none',
    { body: prompt(), headers: { 'content-encoding': 'gzip' } },
    400,
    'invalid_encoding',
    'damaged_encoding',
  ],
  [
    'for gzip that is cut',
    { body: gzipSync(prompt()).subarray(0, -3), headers: { 'content-encoding': 'gzip' } },
    400,
    'invalid_encoding',
    'damaged_encoding',
  ],
  [
    'for gzip that grows too much',
    {
      body: gzipSync(prompt({ context: { a: 'b'.repeat(70_000) } })),
      headers: { 'content-encoding': 'gzip' },
    },
    413,
    'body_too_large',
    'inflates_too_much',
  ],
  [
    'for brotli that grows too much',
    { body: brotliCompressSync(Buffer.alloc(30 * 2 ** 20, ' ')), headers: { 'content-encoding': 'br' } },
    413,
    'body_too_large',
    'inflates_too_much',
  ],
  [
    'for a disallowed prompt in gzip',
    { body: gzipSync(prompt({ prompt: '[INST]' })), headers: { 'content-encoding': 'gzip' } },
    400,
    'disallowed_content',
    'disallowed_content',
  ],
  ['for too many tokens', { body: prompt({ max_tokens: 4001 }) }, 403, 'not_permitted', 'not_permitted'],
  ['for too many turns', { body: prompt({ max_turns: 6 }) }, 403, 'not_permitted', 'not_permitted'],
  ['for too much time', { body: prompt({ timeout_s: 61 }) }, 403, 'not_permitted', 'not_permitted'],
  ['for a skill', { body: prompt({ skills: ['tdd', 'pdf'] }) }, 403, 'not_permitted', 'not_permitted'],
  ['for a model', { body: prompt({ model: 'opus' }) }, 403, 'not_permitted', 'not_permitted'],
  [
    'for a limit that is no number',
    { body: prompt({ max_tokens: '1' }) },
    400,
    'invalid_request',
    'field_not_comparable',
  ],
];

const ROUTES: Denied[] = [
  ['without a credential', { key: undefined, body: prompt() }, 401, 'invalid_api_key', 'missing'],
  ['for a credential that does not count', { key: 'x', body: prompt() }, 401, 'invalid_api_key', 'malformed'],
  [
    'for two credentials',
    { body: prompt(), headers: { authorization: 'Bearer x' } },
    401,
    'ambiguous_credentials',
    'ambiguous_credentials',
  ],
  ['for a role', { method: 'GET', path: '/claude/reports/7' }, 403, 'route_not_allowed', 'role_missing'],
  [
    'for a scope',
    { method: 'GET', path: '/claude/reports/export' },
    403,
    'insufficient_scope',
    'scope_missing',
  ],
  ['for its tier', { method: 'GET', path: '/claude/teams' }, 403, 'route_not_allowed', 'tier_not_allowed'],
  [
    'for its method',
    { method: 'DELETE', path: '/claude/reports/7' },
    405,
    'method_not_allowed',
    'method_not_allowed',
  ],
  [
    'for a path in other letter case',
    { path: '/claude/Invoke', body: prompt() },
    400,
    'invalid_request',
    'unclear_path',
  ],
  [
    'for a path with a slash at its end',
    { path: '/claude/invoke/', body: prompt() },
    400,
    'invalid_request',
    'unclear_path',
  ],
  [
    'for a path with a parameter',
    { path: '/claude/invoke;x=1', body: prompt() },
    400,
    'invalid_request',
    'unclear_path',
  ],
  [
    'for a path with dots and a parameter',
    { path: '/claude/status/%2e%2e;/invoke', body: prompt() },
    400,
    'invalid_request',
    'unclear_path',
  ],
  [
    'for a path with an encoded parameter',
    { path: '/claude/invoke%3Bx', body: prompt() },
    400,
    'invalid_request',
    'unclear_path',
  ],
  [
    'for a path that is encoded twice',
    { path: '/claude/%2569nvoke', body: prompt() },
    400,
    'invalid_request',
    'unclear_path',
  ],
  [
    'for a protected path in other letter case',
    { method: 'GET', path: '/claude/REPORTS/7' },
    400,
    'invalid_request',
    'unclear_path',
  ],
  [
    'for a protected path with a dot at the end',
    { method: 'GET', path: '/claude/reports./7' },
    400,
    'invalid_request',
    'unclear_path',
  ],
];

const TRANSPORTS = [
  ['HTTP/1.1', {}, 'url'],
  ['HTTP/2 without TLS', { http2: true }, 'url'],
  ['HTTP/2 over TLS', { http2: true }, 'tlsUrl'],
] as const;

describe.each(TRANSPORTS)('over %s a request is denied', (_, transport, listener) => {
  test.each([...BODIES, ...ROUTES])('%s', async (_, request, status, code, reason) => {
    const answer = await call({ ...request, ...transport }, envoy[listener]);
    expect({ status: answer.status, ...answer.json() }).toMatchObject({
      ...{ type: 'about:blank', status, code, title: expect.any(String) },
      ...{ detail: expect.any(String), requestId: answer.headers['x-request-id'] },
    });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['www-authenticate'] !== undefined).toBe(
      status === 401 || code === 'insufficient_scope',
    );
    expect(authz.lines).toMatchObject([{ code, reason, status }]);
    expect(stubs.requests).toEqual([]);
    expect(stubs.limitCalls).toEqual([]);
  });
});

describe('a denial tells a caller what it needs', () => {
  test('the field and the value that would pass', async () => {
    const answer = await call({ body: prompt({ max_tokens: 4001, model: 'opus' }) });
    expect(answer.json()).toMatchObject({
      error: 'Request exceeds your permissions',
      errors: [
        { path: 'max_tokens', message: 'expected at most 4000', allowed: 4000 },
        { path: 'model', message: 'expected only sonnet, haiku', allowed: ['sonnet', 'haiku'] },
      ],
    });
  });

  test('the methods that the path takes', async () => {
    expect((await call({ method: 'PATCH', path: '/claude/reports/7' })).headers.allow).toBe('GET, HEAD');
  });

  test('the scopes that the route asks for', async () => {
    const answer = await call({ method: 'GET', path: '/claude/reports/export' });
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="gatehouse", error="insufficient_scope", scope="reports:read reports:export"',
    );
  });

  test('how to authenticate, and that what it sent does not count', async () => {
    expect((await call({ key: undefined, body: prompt() })).headers['www-authenticate']).toBe(
      'ApiKey realm="gatehouse", Bearer realm="gatehouse"',
    );
    expect((await call({ key: 'x', body: prompt() })).headers['www-authenticate']).toBe(
      'ApiKey realm="gatehouse", Bearer realm="gatehouse", error="invalid_token"',
    );
  });
});

describe.each(TRANSPORTS)('over %s a request passes', (_, transport, listener) => {
  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('in %s, as it came, with the digest of what it says', async (encoding, compress) => {
    const body = compress(prompt());
    const answer = await call(
      { body, headers: { 'content-encoding': encoding }, ...transport },
      envoy[listener],
    );
    expect(answer.status).toBe(200);
    expect(stubs.requests[0]?.body).toEqual(body);
    expect(stubs.requests[0]?.headers['content-encoding']).toBe(encoding);
  });

  test.each([
    ['its own role', '/claude/reports/7', 'reports'],
    ['its scopes', '/claude/reports/export', 'export'],
    ['no role, on a route in shadow mode', '/claude/trial', 'trial'],
  ])('with %s', async (name, path, route) => {
    const answer = await call(
      { method: 'GET', path, key: name.includes('shadow') ? key : analystKey, ...transport },
      envoy[listener],
    );
    expect(answer.status).toBe(200);
    expect(await envoy.logged(answer.headers['x-request-id'] ?? '')).toMatchObject({ route });
  });
});

test('what shadow mode let pass is logged and counted, and nobody gets in without a credential', async () => {
  await call({ method: 'GET', path: '/claude/trial' });
  expect(authz.lines).toMatchObject([
    {
      message: 'request would have been denied',
      ...{ code: 'route_not_allowed', reason: 'role_missing', policy: 'routes', client: 'service-a' },
    },
  ]);
  const metrics = await (await fetch(`http://127.0.0.1:${authz.httpPort}/metrics`)).text();
  expect(metrics).toMatch(
    /^gatehouse_authz_shadow_denials_total\{policy="routes",code="route_not_allowed"\} [1-9]/m,
  );
  expect((await call({ method: 'GET', path: '/claude/trial', key: undefined })).status).toBe(401);
});

describe('Envoy takes what it can normalise for the plain path, and authz sees that', () => {
  test.each([
    '//claude//invoke',
    '/claude/./invoke',
    '/claude/status/../invoke',
    '/claude/status/%2e%2e/invoke',
    '/claude/%69nvoke',
    '/%63laude/invok%65',
    '/claude\\invoke',
    '/claude/status/..\\invoke',
    '/claude/status/..;/invoke',
    '/claude/..;x=1/claude/.;/invoke',
  ])('%s', async (path) => {
    const rejected = await call({ path, body: prompt({ prompt: '[INST]' }) });
    expect(rejected.json()).toMatchObject({ status: 400, code: 'disallowed_content' });
    expect((await call({ path, body: prompt() })).status).toBe(200);
    expect(stubs.requests.map(({ url }) => url)).toEqual(['/claude/invoke']);
  });

  test('whatever the host is called', async () => {
    for (const host of ['gatehouse.', 'GATEHOUSE', 'localhost.:80', 'a@b', '127.1']) {
      const answer = await call({ body: prompt({ prompt: '[INST]' }), headers: { host } });
      expect(answer.status).toBe(400);
    }
    expect(stubs.requests).toEqual([]);
  });

  test('also in absolute form', async () => {
    const path = 'http://gatehouse./claude/invoke';
    expect((await call({ path, body: prompt({ prompt: '[INST]' }) })).json()).toMatchObject({
      code: 'disallowed_content',
    });
    expect((await call({ path, body: prompt() })).status).toBe(200);
    expect(stubs.requests.map(({ url }) => url)).toEqual(['/claude/invoke']);
  });
});

describe('Envoy or authz refuses a path that hides another one', () => {
  test.each([
    '/claude%2finvoke',
    '/claude%5cinvoke',
    '/claude/status/..%2finvoke',
    '/claude/invoke%00',
    '/claude/invoke%00.txt',
    '/claude/invoke#x',
    '/claude/invoke%23',
    '/claude/invoke%0d%0a',
    '/claude/%c0%afinvoke',
    '/claude/%2e%2e;/claude/invoke',
    '/claude/%EF%BD%89nvoke',
    '/CLAUDE/invoke',
    '/claude/invoke.',
    '/claude/invoke%20',
  ])('%s', async (path) => {
    const answer = await call({ path, body: prompt() });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(stubs.requests).toEqual([]);
  });
});

describe('a body of which Envoy hands over a part', () => {
  let cutting: TestEnvoy;
  beforeAll(async () => {
    cutting = await startEnvoy((yaml) => {
      const edited = yaml.replace(
        /with_request_body:\n(\s+)max_request_bytes: \d+\n\s+allow_partial_message: false/,
        'with_request_body:\n$1max_request_bytes: 1000\n$1allow_partial_message: true',
      );
      expect(edited).not.toBe(yaml);
      return edited;
    });
  });
  afterAll(() => cutting?.close());

  test.each(TRANSPORTS)('over %s is refused, and reaches nobody', async (_, transport, listener) => {
    for (const size of [1_001, 5_000, 300_000]) {
      const body = prompt().padEnd(size);
      for (const contentLength of [true, false]) {
        const answer = await call({ body, contentLength, ...transport }, cutting[listener]);
        expect(answer.json()).toMatchObject({ status: 413, code: 'body_too_large' });
      }
    }
    expect(new Set(authz.lines.map(({ reason }) => reason))).toEqual(new Set(['partial_body']));
    expect(stubs.requests).toEqual([]);
    expect((await call({ body: prompt().padEnd(1_000), ...transport }, cutting[listener])).status).toBe(200);
  });
});

test('a large body is checked as a small one is', async () => {
  const large = (text: string) => prompt({ context: { notes: 'a'.repeat(9 * 2 ** 20), text } });
  expect((await call({ body: large('[INST]') })).json()).toMatchObject({ code: 'disallowed_content' });
  const answer = await call({ body: large('harmless') });
  expect(answer.status).toBe(200);
  expect(stubs.requests).toHaveLength(1);
});
