import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningAuthz, startAuthz, withBlocklistAdministration } from '../../src/authz/index.ts';
import type { Config } from '../../src/config/index.ts';
import { openRedis } from '../../src/redis/index.ts';
import { startTestAuthz, type TestAuthz } from '../support/authz.ts';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { type RawResponse, send } from '../support/http.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { until } from '../support/until.ts';

let authz: TestAuthz;
let stubs: StubUpstreams;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  stubs = await startStubUpstreams();
  authz = await startTestAuthz();
});
afterAll(async () => {
  await authz?.close();
  await stubs?.close();
});
beforeEach(() => {
  stubs.requests.length = 0;
  authz.lines.length = 0;
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const at = (port: number) => ({ host: '127.0.0.1', port });

/** The shipped Envoy in front of an authz, on the configuration of both. */
async function startEnvoy(port = authz.port, ...set: string[]): Promise<TestEnvoy> {
  const envoy = await startTestEnvoy({ upstreams: { ...stubs.addresses, authz: at(port) }, set });
  closing.push(envoy.close);
  return envoy;
}

/** An authz that differs from the one that all tests share. */
async function startOther(change: (config: Config) => Partial<Config>): Promise<RunningAuthz> {
  const config = { ...authz.config, ...change(authz.config) };
  const running = await startAuthz({ config, logger: recordingLogger().logger });
  closing.push(() => running.close(0));
  return running;
}

const createKey = (request = {}) => authz.keys((keys) => keys.createKey({ client: 'service-a', ...request }));

interface Call {
  key?: string;
  from?: string;
  forwardedFor?: string;
  path?: string;
  method?: string;
}

function call(envoy: TestEnvoy, { key, from, forwardedFor, path = '/claude/status/1', method }: Call) {
  return send(envoy.url, {
    path,
    ...(method !== undefined && { method, body: '{"prompt":"hi"}' }),
    ...(from !== undefined && { from }),
    headers: {
      ...(method !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'x-api-key': key }),
      ...(forwardedFor !== undefined && { 'x-forwarded-for': forwardedFor }),
    },
  });
}

/** The same for every credential that does not count, so that nobody learns why. */
function expectUnauthenticated(answer: RawResponse): void {
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toContain('realm="gatehouse"');
  expect(answer.json()).toEqual({
    type: 'about:blank',
    title: 'Unauthorized',
    status: 401,
    code: 'invalid_api_key',
    error: 'Invalid or missing API key',
    detail: 'Send a valid API key in the x-api-key header, or as Authorization: Bearer.',
    requestId: answer.headers['x-request-id'],
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(stubs.requests).toEqual([]);
}

describe('through Envoy a key that is bound to addresses', () => {
  test('is good from there and from nowhere else, whatever X-Forwarded-For says', async () => {
    const envoy = await startEnvoy();
    const { key } = await createKey({ cidrs: ['127.0.0.5'] });
    expect((await call(envoy, { key, from: '127.0.0.5', forwardedFor: '203.0.113.9' })).status).toBe(200);
    stubs.requests.length = 0;
    expectUnauthenticated(await call(envoy, { key, from: '127.0.0.6', forwardedFor: '127.0.0.5' }));
    expect(authz.lines).toMatchObject([{ reason: 'address_not_allowed', client: 'service-a' }]);
  });

  test('is good from there behind a load balancer, and not from where its caller says it were', async () => {
    const { port } = await startOther(({ envoy }) => ({ envoy: { ...envoy, trustedHops: 1 } }));
    const envoy = await startEnvoy(port, 'envoy.trustedHops=1');
    const { key } = await createKey({ cidrs: ['198.51.100.0/24'] });
    // What a load balancer at 127.0.0.5 appends is the last entry.
    const from = '127.0.0.5';
    expect((await call(envoy, { key, from, forwardedFor: '6.6.6.6, 198.51.100.7' })).status).toBe(200);
    stubs.requests.length = 0;
    expectUnauthenticated(await call(envoy, { key, from, forwardedFor: '198.51.100.7, 203.0.113.9' }));
    expectUnauthenticated(await call(envoy, { key, from }));
  });
});

describe('through Envoy a key gets the same 401 as one that never was', () => {
  let envoy: TestEnvoy;
  beforeEach(async () => {
    envoy = await startEnvoy();
  });

  test('when it is blocked', async () => {
    const { key, id } = await createKey();
    expect((await call(envoy, { key })).status).toBe(200);
    await withBlocklistAdministration(authz.config, 'test', (list) =>
      list.block({ target: { kind: 'key_id', value: id } }),
    );
    await until(async () => (await call(envoy, { key })).status === 401, 'the key is refused');
    stubs.requests.length = 0;
    expectUnauthenticated(await call(envoy, { key }));
    expect(authz.lines.at(-1)).toMatchObject({ reason: 'blocked', key_id: id });
  });

  test('when it is revoked', async () => {
    const { key, id } = await createKey();
    expect((await call(envoy, { key })).status).toBe(200);
    await authz.keys((keys) => keys.revokeKey(id));
    await until(async () => (await call(envoy, { key })).status === 401, 'the key is refused');
    stubs.requests.length = 0;
    expectUnauthenticated(await call(envoy, { key }));
    expect(authz.lines.at(-1)).toMatchObject({ reason: 'unknown' });
  });

  test('when it was rotated and its grace is over', async () => {
    const old = await createKey();
    const rotated = await authz.keys((keys) => keys.rotateKey({ id: old.id, graceMs: 0 }));
    expect((await call(envoy, { key: rotated.key })).status).toBe(200);
    stubs.requests.length = 0;
    expectUnauthenticated(await call(envoy, { key: old.key }));
    expect(authz.lines).toMatchObject([{ reason: 'expired', key_id: old.id }]);
  });
});

describe('through Envoy a caller without a credential', () => {
  const openTo = (route: string) => (config: Config) => ({
    identity: { ...config.identity, anonymous: { ...config.identity.anonymous, enabled: true } },
    routes: {
      ...config.routes,
      [route]: { roles: [], scopes: [], anonymous: true, shadow: false },
    },
  });

  test('is anonymous on a route that says so, with its own client and tier, and nowhere else', async () => {
    const envoy = await startEnvoy((await startOther(openTo('read'))).port);
    const answer = await call(envoy, {});
    expect(answer.status).toBe(200);
    expect(stubs.requests[0]?.headers['x-client-id']).toBe('anonymous');
    expect(await envoy.logged(answer.headers['x-request-id'] ?? '')).toMatchObject({
      client: 'anonymous',
      tier: 'free',
    });
    stubs.requests.length = 0;
    const submission = await call(envoy, { path: '/claude/invoke', method: 'POST' });
    expectUnauthenticated(submission);
  });

  test('is one that has a credential when it sends one, good or not', async () => {
    const envoy = await startEnvoy((await startOther(openTo('read'))).port);
    const { key } = await createKey({ client: 'service-b' });
    expect((await call(envoy, { key })).status).toBe(200);
    expect(stubs.requests[0]?.headers['x-client-id']).toBe('service-b');
    stubs.requests.length = 0;
    expectUnauthenticated(await call(envoy, { key: 'nonsense' }));
    expectUnauthenticated(await call(envoy, { key: `${key},${key}` }));
  });

  test('is refused on every route by default', async () => {
    const envoy = await startEnvoy();
    expectUnauthenticated(await call(envoy, {}));
    expect(authz.lines).toMatchObject([{ reason: 'missing' }]);
  });
});

test('through Envoy a good key is refused where API keys are switched off', async () => {
  const { port } = await startOther(({ identity }) => ({
    identity: { ...identity, apiKeys: { ...identity.apiKeys, enabled: false } },
  }));
  const envoy = await startEnvoy(port);
  const { key } = await createKey();
  const answer = await call(envoy, { key });
  expect({ status: answer.status, code: answer.json().code }).toEqual({
    status: 401,
    code: 'invalid_api_key',
  });
  expect(stubs.requests).toEqual([]);
});

test('through Envoy a request that is one too many gets the 503 that authz wrote, with Retry-After', async () => {
  const { port, httpPort } = await startOther(({ identity, envoy }) => ({
    identity: { ...identity, limits: { maxConcurrentChecks: 1 } },
    envoy: { ...envoy, authzTimeout: { ms: 20_000 } },
  }));
  const envoy = await startEnvoy(port, 'envoy.authzTimeout=20s');
  const [first, second] = await Promise.all([createKey(), createKey()]);
  const admin = openRedis(authz.redis.address, 'test-admin');
  closing.push(() => admin.disconnect());
  await once(admin, 'ready');
  await admin.call('CLIENT', 'PAUSE', '3000');
  const slow = call(envoy, { key: first.key });
  await until(async () => {
    const metrics = await fetch(`http://127.0.0.1:${httpPort}/metrics`);
    return (await metrics.text()).includes('\ngatehouse_authz_concurrent_checks 1\n');
  }, 'the first is worked on');
  const refused = await call(envoy, { key: second.key });
  expect(refused.status).toBe(503);
  expect(refused.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '1' });
  expect(refused.json()).toMatchObject({
    code: 'service_unavailable',
    error: 'Service temporarily unavailable',
    retryAfter: 1,
  });
  expect((await slow).status).toBe(200);
});
