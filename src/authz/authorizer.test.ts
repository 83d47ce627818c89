import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { decodeCheckResponse, encodeCheckRequest } from '../../test/support/check-message.ts';
import { INSPECTION_POLICY } from '../../test/support/inspection-policy.ts';
import { allRoutes } from '../config/index.ts';
import { type LogFields, silentLogger } from '../telemetry/index.ts';
import { generateApiKey } from './api-keys/format.ts';
import { knownKey } from './api-keys/known-key.ts';
import type { ApiKeyRecord } from './api-keys/record.ts';
import { createAuthorizer } from './authorizer.ts';
import type { BlocklistVerdict } from './blocklist/blocklist.ts';
import { examineBody } from './body/examine.ts';
import { CHECK_CODEC } from './codec/index.ts';
import { createApiKeyMethod } from './credentials/api-key.ts';
import type { ShadowPolicy } from './denial.ts';
import type { Finding } from './findings/finding.ts';
import type { SubmissionLimits } from './permissions/limits.ts';
import { createRouteTable } from './routes/table.ts';

const KEY = generateApiKey(() => Buffer.alloc(32, 1));
const NOW_MS = Date.parse('2026-01-02T03:04:05Z');
const RECORD: ApiKeyRecord = {
  id: 'key_0000000000000001',
  client: 'service-a',
  tenant: 'acme',
  tier: 'pro',
  createdAt: '2026-01-01T00:00:00.000Z',
};
const BODY_RULES = {
  maxPromptCharacters: 50,
  contentEncodings: [],
  inflation: { maxBytes: 1000, maxRatio: 10 },
};
const PROMPT = 'a prompt of great secrecy';
const BODY = JSON.stringify({ prompt: PROMPT });

let find: (apiKey: string) => Promise<ApiKeyRecord | undefined>;
let verdict: BlocklistVerdict;
let signal: AbortSignal;
let limits: SubmissionLimits;
let shadow: Set<ShadowPolicy>;
let routes: Parameters<typeof allRoutes>[0];
let lookups: string[];
let decided: unknown[];
let lines: (LogFields & { level: string })[];
let storeFailures: string[];
let thresholds: { flag: number; reject: number };
let asked: unknown[];
let findings: Finding[];
beforeEach(() => {
  find = async () => RECORD;
  verdict = 'clear';
  routes = {};
  limits = {};
  shadow = new Set();
  signal = new AbortController().signal;
  lookups = [];
  decided = [];
  lines = [];
  storeFailures = [];
  thresholds = INSPECTION_POLICY.thresholds;
  asked = [];
  findings = [];
});

/** From the bytes of a check to those of its answer. */
async function authorize(
  http: { headers?: Record<string, string>; body?: string; method?: string; path?: string } = {},
  metadata: Record<string, string> = {},
) {
  const write = (level: string) => (fields: LogFields) => void lines.push({ level, ...fields });
  const authorizer = createAuthorizer({
    methods: [
      createApiKeyMethod({
        keys: {
          async find(apiKey) {
            lookups.push(apiKey);
            const record = await find(apiKey);
            return record && knownKey(record);
          },
        },
        lastUsed: { touch() {} },
        storeFailures: {
          failed: (error) => void storeFailures.push(String(error)),
          succeeded: () => void storeFailures.push('succeeded'),
        },
        now: () => NOW_MS,
      }),
    ],
    blocklist: { check: () => verdict },
    trustedHops: 0,
    onDecision: (decision, method) => void decided.push([decision.kind, method]),
    onFinding: (finding) => void findings.push(finding),
    presentation: { certificates: 'none', sessions: false },
    sign: ({ client, tenant, tier, keyId, authMethod }, request, limits) =>
      JSON.stringify({ identity: { client, tenant, tier, keyId, authMethod }, request, limits }),
    policy: {
      routes: createRouteTable(allRoutes(routes)),
      tiers: new Map([['pro', limits]]),
      onExceeded: 'deny',
      defaultModel: 'sonnet',
      shadow,
      inspection: (...of) => {
        asked.push(of);
        return { ...INSPECTION_POLICY, thresholds, shadow: shadow.has('inspection') };
      },
    },
    examiner: { examine: (body) => examineBody(body, BODY_RULES) },
    logger: {
      ...silentLogger,
      ...{ debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    },
  });
  const raw_body = Buffer.from(http.body ?? BODY);
  const message = encodeCheckRequest({
    request: {
      http: {
        id: '1',
        method: http.method ?? 'POST',
        path: http.path ?? '/claude/invoke?x=1',
        size: raw_body.length,
        headers: {
          'x-request-id': 'r-1',
          'content-type': 'application/json',
          ...(http.headers ?? { 'x-api-key': KEY }),
        },
        raw_body,
      },
    },
  });
  const caller = { signal, metadata: (name: string) => metadata[name] };
  const response = await authorizer(CHECK_CODEC.decode(message), caller);
  return decodeCheckResponse(CHECK_CODEC.encode(response));
}

const strings = (values: Record<string, string>) => ({
  fields: Object.fromEntries(Object.entries(values).map(([name, text]) => [name, { stringValue: text }])),
});
const METADATA = {
  client: 'service-a',
  tenant: 'acme',
  tier: 'pro',
  model: 'sonnet',
  route: 'submit',
  key_id: RECORD.id,
  auth_method: 'api_key',
  verdict: 'allow',
  shadow: 'none',
};

describe('a request with a known key passes', () => {
  test('with the client, an assertion over what was inspected, all metadata, and without its credential', async () => {
    const response = await authorize();
    const assertion = JSON.stringify({
      identity: {
        client: 'service-a',
        tenant: 'acme',
        tier: 'pro',
        keyId: RECORD.id,
        authMethod: 'api_key',
      },
      request: {
        method: 'POST',
        path: '/claude/invoke?x=1',
        bodySha256: createHash('sha256').update(BODY).digest('base64url'),
        contextSha256: '',
      },
    });
    expect(response).toEqual({
      status: { code: 0 },
      ok_response: {
        headers: [
          { header: { key: 'x-client-id', value: 'service-a' } },
          { header: { key: 'x-gatehouse-assertion', value: assertion } },
        ],
        headers_to_remove: ['x-api-key', 'authorization', 'x-gatehouse-id-token'],
      },
      dynamic_metadata: strings(METADATA),
    });
    expect(lines).toEqual([]);
  });

  test('and the model it names in the metadata', async () => {
    const response = await authorize({ body: JSON.stringify({ prompt: 'hi', model: 'opus' }) });
    expect(response.dynamic_metadata).toEqual(strings({ ...METADATA, model: 'opus' }));
  });

  test('uninspected where it only reads, with no body in the assertion', async () => {
    const response = await authorize({ method: 'GET', path: '/claude/status/1', body: 'anything' });
    expect(response.dynamic_metadata).toEqual(
      strings({ ...METADATA, route: 'read', model: 'none', verdict: 'none' }),
    );
    expect(JSON.stringify(response)).toContain('bodySha256\\":\\"\\"');
  });

  test('and is told of with the method that took its credential, as one that is denied is', async () => {
    await authorize();
    await authorize({ headers: { 'x-api-key': `${KEY}x` } });
    await authorize({ headers: { 'x-api-key': 'nonsense' } });
    expect(decided).toEqual([
      ['allow', 'api_key'],
      ['deny', 'api_key'],
      ['deny', undefined],
    ]);
  });

  test('after one lookup', async () => {
    await authorize();
    expect(lookups).toEqual([KEY]);
  });
});

describe('a request is denied', () => {
  const problem = (status: number, code: string, error: string, title: string) => ({
    ...{ type: 'about:blank', title, status, code, error, detail: expect.any(String), requestId: 'r-1' },
  });
  const bodyOf = (response: object) =>
    JSON.parse((response as { denied_response: { body: string } }).denied_response.body);

  test.each([
    ['missing', {}],
    ['malformed', { 'x-api-key': 'nonsense' }],
    ['malformed', { 'x-api-key': 'gatehouse_nonsense' }],
    ['bad_checksum', { 'x-api-key': `${KEY.slice(0, -1)}!`.replace('!', KEY.endsWith('0') ? '1' : '0') }],
    ['repeated_header', { 'x-api-key': `${KEY},${KEY}` }],
  ])('without a lookup when its key is %s', async (reason, headers: Record<string, string>) => {
    const response = await authorize({ headers });
    const error = reason === 'missing' ? '' : ', error="invalid_token"';
    const challenge = `ApiKey realm="gatehouse", Bearer realm="gatehouse"${error}`;
    expect(response).toMatchObject({
      status: { code: 16 },
      denied_response: {
        status: { code: 401 },
        headers: [
          { header: { key: 'content-type', value: 'application/problem+json' } },
          { header: { key: 'x-error-code', value: 'invalid_api_key' } },
          { header: { key: 'www-authenticate', value: challenge } },
        ],
      },
    });
    expect(bodyOf(response)).toEqual(
      problem(401, 'invalid_api_key', 'Invalid or missing API key', 'Unauthorized'),
    );
    expect(response).not.toHaveProperty('dynamic_metadata');
    expect(lookups).toEqual([]);
    expect(lines).toMatchObject([
      { level: 'info', code: 'invalid_api_key', reason, request_id: 'r-1', status: 401 },
    ]);
  });

  test("and its answer and the log have the id of the request's trace", async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-b7ad6b7169203331-00`;
    const response = await authorize({ headers: {} }, { traceparent });
    expect(bodyOf(response)).toMatchObject({ requestId: 'r-1', traceId });
    expect(lines).toMatchObject([{ request_id: 'r-1', trace_id: traceId }]);
  });

  test('when it has two different credentials', async () => {
    const response = await authorize({ headers: { 'x-api-key': KEY, authorization: 'Bearer x' } });
    expect(bodyOf(response)).toEqual(
      problem(401, 'ambiguous_credentials', 'Invalid or missing API key', 'Unauthorized'),
    );
    expect(lookups).toEqual([]);
  });

  test('with the same answer for an unknown, an expired and a tierless key; the log tells them apart', async () => {
    const answers = [];
    for (const record of [
      undefined,
      { ...RECORD, expiresAt: '2026-01-02T03:04:05.000Z' },
      { ...RECORD, tier: 'gold' },
    ]) {
      find = async () => record;
      answers.push(bodyOf(await authorize()));
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(lines.map(({ reason, client }) => [reason, client])).toEqual([
      ['unknown', undefined],
      ['expired', 'service-a'],
      ['tier_not_configured', 'service-a'],
    ]);
  });

  test('for its body only once its key is known, with the metadata of the caller', async () => {
    const response = await authorize({ body: JSON.stringify({ prompt: '[INST]' }) });
    expect(response).toMatchObject({ status: { code: 7 }, denied_response: { status: { code: 400 } } });
    expect(bodyOf(response)).toEqual({
      ...problem(400, 'disallowed_content', 'Prompt contains disallowed content', 'Bad Request'),
      reasonClass: 'role_marker',
    });
    expect(response.dynamic_metadata).toEqual(strings({ ...METADATA, model: 'none', verdict: 'reject' }));
    expect(lines).toMatchObject([{ code: 'disallowed_content', client: 'service-a', rule: 'inst-token' }]);

    find = async () => undefined;
    expect(bodyOf(await authorize({ body: 'not JSON' }))).toMatchObject({ code: 'invalid_api_key' });
  });

  test('for its body where a policy of its route and tier says so, by name', async () => {
    thresholds = { flag: 0, reject: 1 };
    const response = await authorize();
    expect(response).toMatchObject({
      status: { code: 0 },
      dynamic_metadata: strings({ ...METADATA, verdict: 'flag' }),
    });
    expect(asked).toEqual([['submit', 'pro']]);
    expect(lines).toMatchObject([
      {
        level: 'info',
        code: 'flagged_content',
        client: 'service-a',
        policy: 'inspection',
        reason: 'suspicious',
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain(PROMPT);
  });

  test('with neither key nor prompt in the log', async () => {
    find = async () => undefined;
    await authorize();
    find = async () => RECORD;
    await authorize({ body: `{"prompt":"${PROMPT}","${PROMPT}":1,"${PROMPT}":2}` });
    await authorize({ headers: { 'x-api-key': KEY, authorization: `Bearer ${KEY}x` } });
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain(KEY);
    expect(JSON.stringify(lines)).not.toContain(PROMPT);
  });
});

test('while the store is away the answer is an error with 503, never a pass', async () => {
  find = () => Promise.reject(new Error('Connection is closed.'));
  const response = await authorize();
  expect(response).toEqual({
    status: { code: 14 },
    error_response: {
      status: { code: 503 },
      headers: [
        { header: { key: 'content-type', value: 'application/problem+json' } },
        { header: { key: 'x-error-code', value: 'service_unavailable' } },
        { header: { key: 'retry-after', value: '5' } },
      ],
      body: expect.any(String),
    },
  });
  expect(JSON.parse(response.error_response?.body ?? '')).toMatchObject({
    status: 503,
    code: 'service_unavailable',
    error: 'Service temporarily unavailable',
    retryAfter: 5,
    requestId: 'r-1',
  });
  expect(lines).toMatchObject([{ level: 'warn', code: 'service_unavailable', reason: 'store_unavailable' }]);
  expect(storeFailures).toEqual(['Error: Connection is closed.']);
  find = async () => RECORD;
  await authorize();
  expect(storeFailures.at(-1)).toBe('succeeded');
});

describe('a blocked credential', () => {
  test('is refused like one that does not exist; the log says why and whose it was', async () => {
    verdict = 'blocked';
    const response = await authorize();
    expect(response).toMatchObject({ status: { code: 16 }, denied_response: { status: { code: 401 } } });
    expect(response).not.toHaveProperty('dynamic_metadata');
    expect(lines).toMatchObject([{ code: 'invalid_api_key', reason: 'blocked', client: 'service-a' }]);
  });

  test('that cannot be told from others now is an error with 503, never a pass', async () => {
    verdict = 'unavailable';
    const response = await authorize();
    expect(response).toMatchObject({ status: { code: 14 }, error_response: { status: { code: 503 } } });
    expect(lines).toMatchObject([{ level: 'warn', reason: 'blocklist_unavailable' }]);
  });
});

test('a check that its caller gave up on while its key was looked up goes no further', async () => {
  const caller = new AbortController();
  signal = caller.signal;
  find = async () => {
    caller.abort();
    return RECORD;
  };
  await expect(authorize()).rejects.toBe(signal.reason);
  expect(lines).toEqual([]);
});

describe('a route of its own', () => {
  test('names itself in metadata and log, and tells a caller without its scopes which ones', async () => {
    routes = {
      reports: {
        ...{ paths: ['/claude/reports/**'], methods: ['GET'], roles: [], scopes: ['reports:read'] },
        ...{ anonymous: false, shadow: false },
      },
    };
    const response = await authorize({ method: 'GET', path: '/claude/reports/7' });
    expect(response).toMatchObject({
      status: { code: 7 },
      denied_response: {
        status: { code: 403 },
        headers: expect.arrayContaining([
          {
            header: {
              key: 'www-authenticate',
              value: 'Bearer realm="gatehouse", error="insufficient_scope", scope="reports:read"',
            },
          },
        ]),
      },
    });
    expect(response.dynamic_metadata?.fields).toMatchObject({ route: { stringValue: 'reports' } });
    expect(lines).toMatchObject([{ code: 'insufficient_scope', reason: 'scope_missing', route: 'reports' }]);
  });

  test('that takes other methods says so with Allow', async () => {
    expect(await authorize({ method: 'GET', path: '/claude/invoke' })).toMatchObject({
      denied_response: {
        status: { code: 405 },
        headers: expect.arrayContaining([{ header: { key: 'allow', value: 'POST' } }]),
      },
    });
  });

  test('that is not there refuses', async () => {
    expect(await authorize({ path: '/nothing' })).toMatchObject({
      denied_response: { status: { code: 403 } },
    });
    expect(lines).toMatchObject([{ code: 'route_not_allowed', reason: 'no_route', route: 'none' }]);
  });
});

describe('permissions', () => {
  test('refuse what is over them, with the field and what is allowed', async () => {
    limits = { maxTokens: 4000 };
    const response = await authorize({ body: JSON.stringify({ prompt: 'hi', max_tokens: 4001 }) });
    expect(JSON.parse(response.denied_response?.body ?? '')).toMatchObject({
      status: 403,
      code: 'not_permitted',
      error: 'Request exceeds your permissions',
      errors: [{ path: 'max_tokens', message: 'expected at most 4000', allowed: 4000 }],
    });
  });

  test('go to the api in the assertion, for what a submission leaves out', async () => {
    limits = { maxTurns: 3, models: ['sonnet'] };
    const response = await authorize({ body: JSON.stringify({ prompt: 'hi' }) });
    const assertion = response.ok_response?.headers[1]?.header.value;
    expect(JSON.parse(assertion ?? '')).toMatchObject({ limits: { maxTurns: 3, model: 'sonnet' } });
  });
});

describe('in shadow mode', () => {
  test('what would have been refused passes, and is logged and named in the metadata', async () => {
    limits = { maxTokens: 10 };
    shadow = new Set(['permissions', 'inspection']);
    const response = await authorize({ body: JSON.stringify({ prompt: '[INST]', max_tokens: 11 }) });
    expect(response).toMatchObject({ status: { code: 0 } });
    expect(response.dynamic_metadata).toEqual(
      strings({ ...METADATA, verdict: 'reject', shadow: 'not_permitted,disallowed_content' }),
    );
    expect(lines).toMatchObject([
      { level: 'info', code: 'not_permitted', policy: 'permissions', status: 403, client: 'service-a' },
      { level: 'info', code: 'disallowed_content', policy: 'inspection', rule: 'inst-token' },
    ]);
    expect(JSON.stringify(response)).not.toContain('limits');
  });

  test('a policy that is not in it still refuses', async () => {
    limits = { maxTokens: 10 };
    shadow = new Set(['permissions']);
    const response = await authorize({ body: JSON.stringify({ prompt: '[INST]', max_tokens: 11 }) });
    expect(response).toMatchObject({ denied_response: { status: { code: 400 } } });
    expect(response.dynamic_metadata).toEqual(
      strings({ ...METADATA, model: 'none', verdict: 'reject', shadow: 'not_permitted' }),
    );
  });

  test('nobody gets in without a credential', async () => {
    shadow = new Set(['routes', 'permissions', 'inspection']);
    expect(await authorize({ headers: {} })).toMatchObject({ denied_response: { status: { code: 401 } } });
    find = async () => undefined;
    expect(await authorize()).toMatchObject({ denied_response: { status: { code: 401 } } });
  });

  test('a body that cannot be read is refused, since nobody knows what would run', async () => {
    shadow = new Set(['routes', 'permissions', 'inspection']);
    for (const body of ['', 'x', '{"prompt":"a","prompt":"b"}', '{}']) {
      expect(await authorize({ body })).toMatchObject({ denied_response: { status: { code: 400 } } });
    }
  });
});

describe('a finding of inspection', () => {
  const digestOf = (body: string) => createHash('sha256').update(body).digest('hex');

  test.each([
    ['that is rejected', { verdict: 'reject', shadow: false }, () => {}],
    [
      'that passes in shadow mode',
      { verdict: 'reject', shadow: true },
      () => {
        shadow = new Set(['inspection']);
      },
    ],
    [
      'that is flagged',
      { verdict: 'flag', shadow: false },
      () => {
        thresholds = { flag: 0, reject: 1 };
      },
    ],
  ])('%s is told with what it is known by, and without its text', async (_what, expected, prepare) => {
    prepare();
    const body = JSON.stringify({ prompt: '[INST] of great secrecy' });
    await authorize({ body });
    expect(findings).toEqual([
      {
        ...expected,
        ...{ score: expect.any(Number), reasonClass: 'role_marker', policy: INSPECTION_POLICY.name },
        ...{ rules: expect.arrayContaining(['inst-token']), fields: ['prompt'], digest: digestOf(body) },
        ...{ tenant: 'acme', client: 'service-a', tier: 'pro', route: 'submit', requestId: 'r-1' },
      },
    ]);
    expect(JSON.stringify(findings)).not.toContain('secrecy');
  });

  test('is none where all is allowed, or nobody is known', async () => {
    await authorize();
    await authorize({ headers: {}, body: JSON.stringify({ prompt: '[INST]' }) });
    expect(findings).toEqual([]);
  });
});
