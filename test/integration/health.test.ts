import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { type GrpcClient, openGrpcClient } from '../support/grpc-client.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { type ServeProcess, startServe } from '../support/serve-process.ts';
import { until } from '../support/until.ts';

const ROLES = ['api', 'worker', 'authz', 'ratelimit', 'admin'];
/** Where each role says how it is. */
const HTTP = ['authzHttp', 'ratelimitHttp', 'api', 'apiHttp', 'workerHttp', 'admin'];

let redis: TestRedis;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-health-'));
  for (const name of ['key', 'token']) {
    await writeFile(join(dir, name), randomBytes(32).toString('hex'), { mode: 0o600 });
  }
  redis = await startTestRedis();
});
afterAll(async () => {
  await redis.close();
  await rm(dir, { recursive: true });
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(...set: string[]) {
  const names = [...HTTP, 'authz', 'ratelimit'];
  const ports = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await freePort()] as const)),
  );
  const served: ServeProcess = startServe(ROLES, {
    dataDir: dir,
    set: [
      `redis.url=${redis.address.url}`,
      `identity.apiKeys.hashKeyFile=${join(dir, 'key')}`,
      `identity.assertion.keyFile=${join(dir, 'key')}`,
      `admin.tokenFile=${join(dir, 'token')}`,
      ...['pool.sandbox=none', 'pool.warm.max=0', 'pool.warm.min=0', 'telemetry.traces.exporter=none'],
      ...names.map((name) => `listen.${name}=127.0.0.1:${ports[name]}`),
      ...set,
    ],
  });
  closing.push(async () => {
    served.process.kill('SIGKILL');
    await served.exited;
  });
  await served.said;
  const grpc = (name: string, proto: string, service: string): GrpcClient => {
    const client = openGrpcClient(ports[name] ?? 0, proto, service);
    closing.push(() => client.close());
    return client;
  };
  const authz = grpc(
    'authz',
    'envoy/service/auth/v3/external_auth.proto',
    'envoy.service.auth.v3.Authorization',
  );
  const ratelimit = grpc(
    'ratelimit',
    'envoy/service/ratelimit/v3/rls.proto',
    'envoy.service.ratelimit.v3.RateLimitService',
  );
  const statuses = async (path: string) => {
    const answers = HTTP.map(async (name) => {
      const answer = await fetch(`http://127.0.0.1:${ports[name]}${path}`).catch(() => undefined);
      return [name, answer?.status] as const;
    });
    return Object.fromEntries(await Promise.all(answers));
  };
  return {
    served,
    health: () => statuses('/health'),
    ready: () => statuses('/ready'),
    serving: () => Promise.all([authz.health(''), ratelimit.health('')]),
  };
}

const all = (status: number) => Object.fromEntries(HTTP.map((name) => [name, status]));

test('while all is well every role is live, ready and serving', async () => {
  const { health, ready, serving } = await serve();
  await until(async () => JSON.stringify(await ready()) === JSON.stringify(all(200)), 'all are ready');
  expect(await health()).toEqual(all(200));
  expect(await serving()).toEqual(['SERVING', 'SERVING']);
});

test('authz and ratelimit are served once more where grpc.streaming has it', async () => {
  const { served, serving } = await serve(
    ...['authz', 'ratelimit'].map((role) => `grpc.streaming.${role}=127.0.0.1:0`),
  );
  await until(async () => (await serving()).every((each) => each === 'SERVING'), 'both serve');
  // Which port was free is in the log alone.
  const streams = served.log().filter(({ msg }) => msg.endsWith('has health to be watched, and reflection'));
  const [authz, ratelimit] = ['authz', 'ratelimit'].map((role) =>
    Number(streams.find(({ component }) => component === role)?.address?.replace('127.0.0.1:', '')),
  ) as [number, number];
  for (const [port, proto, service] of [
    [authz, 'envoy/service/auth/v3/external_auth.proto', 'envoy.service.auth.v3.Authorization'],
    [ratelimit, 'envoy/service/ratelimit/v3/rls.proto', 'envoy.service.ratelimit.v3.RateLimitService'],
  ] as const) {
    const client = openGrpcClient(port, proto, service);
    closing.push(() => client.close());
    expect(await client.health(service)).toBe('SERVING');
  }
});

test('while Redis is away every role is live and none is ready; all are once it is back', async () => {
  const { health, ready, serving } = await serve();
  await until(async () => JSON.stringify(await ready()) === JSON.stringify(all(200)), 'all are ready');
  await redis.kill();
  try {
    await until(async () => JSON.stringify(await ready()) === JSON.stringify(all(503)), 'none is ready');
    expect(await health()).toEqual(all(200));
    // They answer, with a refusal that says why.
    expect(await serving()).toEqual(['SERVING', 'SERVING']);
  } finally {
    await redis.start();
  }
  await until(async () => JSON.stringify(await ready()) === JSON.stringify(all(200)), 'all are ready again');
});

test('a rate limit service that decides without Redis is ready without it', async () => {
  const { ready } = await serve('ratelimit.onStoreFailure=allow');
  await redis.kill();
  try {
    const expected = JSON.stringify({ ...all(503), ratelimitHttp: 200 });
    await until(async () => JSON.stringify(await ready()) === expected, 'it alone is ready');
  } finally {
    await redis.start();
  }
});

test('a worker without a CLI is not ready, and the others are', async () => {
  const { ready, health } = await serve('pool.claudePath=/nowhere/claude');
  const expected = JSON.stringify({ ...all(200), workerHttp: 503 });
  await until(async () => JSON.stringify(await ready()) === expected, 'the worker alone is not ready');
  expect(await health()).toEqual(all(200));
});

test('a process that drains is not ready to new callers of the api, and serves on', async () => {
  const { served, ready, health } = await serve();
  await until(async () => JSON.stringify(await ready()) === JSON.stringify(all(200)), 'all are ready');
  served.process.send({ type: 'draining' });
  const expected = JSON.stringify({ ...all(200), api: 503, apiHttp: 503 });
  await until(async () => JSON.stringify(await ready()) === expected, 'the api takes no new callers');
  expect(await health()).toEqual(all(200));
});
