import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, request as httpRequest, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../src/api/index.ts';
import { ASSERTION_HEADER, createAssertionSigner } from '../../src/authz/index.ts';
import { type Config, loadConfig } from '../../src/config/index.ts';
import { consumeJobs, type JobConsumer, type RunAttempt } from '../../src/jobs/index.ts';
import { openRedis, redisKeys } from '../../src/redis/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { caller } from '../support/api.ts';
import { completed, open, QUICK_RECOVERY } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const key = randomBytes(32);
const sign = createAssertionSigner({ key, ttlMs: 30_000, now: Date.now });
let redis: TestRedis;
let dir: string;
let config: Config;
let api: RunningApi;
let consumer: JobConsumer | undefined;

beforeEach(async () => {
  redis = await startTestRedis();
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-api-'));
  const keyFile = join(dir, 'assertion.key');
  await writeFile(keyFile, key.toString('hex'));
  config = loadConfig({
    dataDir: dir,
    cwd: dir,
    set: [
      'listen.api=127.0.0.1:0',
      'listen.apiHttp=127.0.0.1:0',
      `redis.url=${redis.address.url}`,
      `identity.assertion.keyFile=${keyFile}`,
      'jobs.backoff=20ms',
    ],
  });
  api = await startApi({ config, logger: silentLogger });
});
afterEach(async () => {
  await consumer?.close(0);
  consumer = undefined;
  await api.close(0);
  await redis.close();
  await rm(dir, { recursive: true, force: true });
});

function work(run: RunAttempt): void {
  const options = { address: redis.address, config, logger: silentLogger, now: Date.now };
  consumer = consumeJobs({ ...options, ...QUICK_RECOVERY, availability: open }, run);
}

interface Call {
  method?: string;
  body?: object;
  headers?: Record<string, string>;
}

async function send(path: string, { method = 'GET', body, headers }: Call = {}): Promise<IncomingMessage> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const bodySha256 = text === '' ? '' : createHash('sha256').update(text).digest('base64url');
  const sent = httpRequest({
    host: '127.0.0.1',
    port: api.port,
    path,
    method,
    agent: false,
    headers: {
      [ASSERTION_HEADER]: await sign(caller, { method, path, bodySha256, contextSha256: '' }),
      ...(text !== '' && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      ...headers,
    },
  });
  sent.end(text);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  return (await response.setEncoding('utf8').toArray()).join('');
}

async function call(path: string, options?: Call) {
  const response = await send(path, options);
  return { status: response.statusCode, headers: response.headers, body: JSON.parse(await textOf(response)) };
}

const invoke = (headers = {}, prompt = 'hello') =>
  call('/claude/invoke', { method: 'POST', body: { prompt }, headers });

test('a job goes from 202 through running to completed', async () => {
  const finish = Promise.withResolvers<void>();
  work(async () => {
    await finish.promise;
    return completed;
  });
  const { status, body } = await invoke();
  expect(status).toBe(202);
  await until(async () => (await call(body.statusUrl)).body.state === 'running', 'the job runs');
  const waiting = call(`${body.statusUrl}?wait=30`);
  finish.resolve();
  expect(await waiting).toMatchObject({
    status: 200,
    headers: { 'x-claude-model': 'stand-in' },
    body: { state: 'completed', attempts: 1, result: { text: 'done' }, costUsd: 0.01 },
  });
});

test('with Prefer: wait the result comes in one call', async () => {
  work(async () => completed);
  expect(await invoke({ prefer: 'wait=30' })).toMatchObject({
    status: 200,
    headers: { 'preference-applied': 'wait=30' },
    body: { state: 'completed', result: { text: 'done' } },
  });
});

test('a stream that was cut goes on where it was', async () => {
  const goOn = Promise.withResolvers<void>();
  work(async (_, report) => {
    await report({ type: 'text', text: 'first' });
    await goOn.promise;
    await report({ type: 'text', text: 'second' });
    return completed;
  });
  const stream = await send('/claude/stream', { method: 'POST', body: { prompt: 'hello' } });
  let seen = '';
  for await (const part of stream.setEncoding('utf8').iterator({ destroyOnReturn: true })) {
    seen += part;
    if (seen.includes('first')) break;
  }
  const last = [...seen.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? '';
  goOn.resolve();
  const path = stream.headers['content-location'] ?? '';
  const rest = await textOf(await send(path, { headers: { 'last-event-id': last } }));
  expect(rest).not.toContain('first');
  expect(rest).toContain('second');
  expect(rest.trimEnd()).toMatch(/"type":"status","state":"completed"}$/);
});

test('a client that leaves its stream leaves no subscription behind', async () => {
  const stream = await send('/claude/stream', { method: 'POST', body: { prompt: 'hello' } });
  await until(async () => (await channels()) === 1, 'the stream listens');
  stream.destroy();
  await until(async () => (await channels()) === 0, 'nobody listens');
});

test('while Redis is away calls are 503, and all is as before once it is back', async () => {
  work(async () => completed);
  expect((await invoke({ prefer: 'wait=30' })).status).toBe(200);
  await redis.kill();
  await until(async () => (await invoke()).status === 503, 'Redis is missed');
  expect(await invoke()).toMatchObject({
    headers: { 'content-type': 'application/problem+json', 'retry-after': '5' },
    body: { code: 'service_unavailable', error: 'Service temporarily unavailable', retryAfter: 5 },
  });
  expect((await call('/health')).status).toBe(200);
  expect((await call('/ready')).status).toBe(503);
  await redis.start();
  await until(async () => (await call('/ready')).status === 200, 'the API is ready again');
  expect(await invoke({ prefer: 'wait=30' })).toMatchObject({ status: 200, body: { state: 'completed' } });
});

test("someone else's job is not found", async () => {
  const { body } = await invoke();
  const admin = openRedis(redis.address, 'test-admin');
  await once(admin, 'ready');
  const record = redisKeys(config.redis.keyPrefix).job(body.jobId);
  await admin.hset(
    record,
    'owner',
    JSON.stringify({ tenant: 'default', client: 'service-b', tier: 'pro', keyId: 'k' }),
  );
  expect(await call(body.statusUrl)).toMatchObject({ status: 404, body: { error: 'Job not found' } });
  admin.disconnect();
});

test('closing answers those who wait and ends streams, then cuts what is left', async () => {
  const waiting = invoke({ prefer: 'wait=60' });
  const stream = await send('/claude/stream', { method: 'POST', body: { prompt: 'hello' } });
  const text = textOf(stream);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  await until(async () => (await channels()) === 2, 'both wait');
  void api.close(5_000).then(resolve);
  expect((await waiting).status).toBe(202);
  expect(await text).toContain('event: status');
  await closed;
  const [error] = await once(get({ host: '127.0.0.1', port: api.port, path: '/health' }), 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
});

test('draining ends streams at once, and whoever waits still has the result', async () => {
  const finish = Promise.withResolvers<void>();
  work(async () => {
    await finish.promise;
    return completed;
  });
  const waiting = invoke({ prefer: 'wait=60' });
  const text = textOf(await send('/claude/stream', { method: 'POST', body: { prompt: 'hello' } }));
  await until(async () => (await channels()) === 2, 'both wait');
  api.drain();
  expect(await text).toContain('event: status');
  expect(await text).not.toContain('completed');
  expect((await call('/health')).status).toBe(200);
  finish.resolve();
  expect(await waiting).toMatchObject({ status: 200, body: { state: 'completed' } });
});

test('draining ends waits after envoy.drainTimeout, with the job as it is', async () => {
  await api.close(0);
  const envoy = { ...config.envoy, drainTimeout: { ms: 100 } };
  api = await startApi({ config: { ...config, envoy }, logger: silentLogger });
  const waiting = invoke({ prefer: 'wait=60' });
  await until(async () => (await channels()) === 1, 'it waits');
  api.drain();
  expect(await waiting).toMatchObject({ status: 202, body: { state: 'queued' } });
});

/** How many jobs somebody waits for. */
async function channels(): Promise<number> {
  const admin = openRedis(redis.address, 'test-admin');
  await once(admin, 'ready');
  const names = (await admin.pubsub('CHANNELS', '*:{job:*')) as string[];
  admin.disconnect();
  return names.length;
}

test('a port in use is said with the setting that names it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const taken = { ...config, listen: { ...config.listen, api: { host: '127.0.0.1', port } } };
  await expect(startApi({ config: taken, logger: silentLogger })).rejects.toThrow(
    `listen.api: 127.0.0.1:${port} is in use already`,
  );
  other.close();
});
