import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connected, openRedis, type Redis, redisKeys } from '../../src/redis/index.ts';
import { type FakeProvider, messageRequest, startFakeProvider } from '../support/model-provider.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { openWorkerProxy, type WorkerProxy, type WorkerProxyOptions } from '../support/worker-proxy.ts';

const KEYS = redisKeys('test');

let server: TestRedis;
let redis: Redis;
let upstream: FakeProvider;
let answer: { status: number; headers: Record<string, string> };
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.close());

const opened: WorkerProxy[] = [];
beforeEach(async () => {
  await server.empty();
  redis = openRedis(server.address, 'test-health');
  await connected(redis, 10_000);
  answer = { status: 200, headers: {} };
  upstream = await startFakeProvider((request, response) => {
    request.resume();
    response.writeHead(answer.status, answer.headers).end('{}');
  });
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  await upstream.close();
  redis.disconnect();
});

async function openProcess(
  breaker: Record<string, unknown> = {},
  options: Pick<WorkerProxyOptions, 'logger' | 'surroundings'> = {},
): Promise<WorkerProxy> {
  const proxy = await openWorkerProxy({
    model: { provider: 'anthropic', baseUrl: upstream.url, breaker: { minRequests: 2, ...breaker } },
    surroundings: { store: { redis, keys: KEYS } },
    ...options,
  });
  opened.push(proxy);
  return proxy;
}

async function ask({ worker }: WorkerProxy): Promise<number> {
  const { statusCode, body } = await worker.send({ body: messageRequest() });
  await body.dump();
  return statusCode;
}

const kindOf = ({ provider }: WorkerProxy) => provider.availability().kind;
const told = async () => JSON.parse((await redis.get(KEYS.modelAvailability)) ?? 'null');

describe('what one worker process finds out of a provider', () => {
  it('such as that it fails is known to the others and to the api, until it is back', async () => {
    const [one, two] = [
      await openProcess({ resetAfter: '1500ms' }),
      await openProcess({ resetAfter: '1500ms' }),
    ];
    answer = { status: 500, headers: {} };
    await ask(one);
    await ask(one);
    expect(kindOf(one)).toBe('broken');
    await until(() => kindOf(two) === 'broken', 'the other process knows');
    const asked = upstream.requests.length;
    expect(await ask(two)).toBe(529);
    expect(upstream.requests).toHaveLength(asked);
    expect(await told()).toEqual({ kind: 'broken', untilMs: expect.any(Number) });
    expect(await redis.pttl(KEYS.modelAvailability)).toBeGreaterThan(0);
    answer = { status: 200, headers: {} };
    await until(async () => (await ask(one)) === 200 && (await ask(two)) === 200, 'both ask again');
    await until(async () => (await told()) === null, 'the api knows');
  });

  it('such as that it wants a pause is known to the others', async () => {
    const [one, two] = [await openProcess(), await openProcess()];
    answer = { status: 429, headers: { 'retry-after': '60' } };
    await ask(one);
    await until(() => kindOf(two) === 'parked', 'the other process knows');
    expect(await told()).toMatchObject({ kind: 'parked' });
  });

  it('is known to one that starts later', async () => {
    const one = await openProcess();
    answer = { status: 429, headers: { 'retry-after': '60' } };
    await ask(one);
    await until(async () => (await told()) !== null, 'it is told');
    const later = await openProcess();
    await until(() => kindOf(later) === 'parked', 'it knows');
  });

  it('is read without complaint by one that is not connected yet', async () => {
    const state = { kind: 'broken', untilMs: Date.now() + 60_000 };
    await redis.hset(KEYS.modelHealth, 'anthropic', JSON.stringify(state));
    const connecting = openRedis(server.address, 'test-health-connecting');
    const { logger, lines } = recordingLogger();
    const one = await openProcess({}, { logger, surroundings: { store: { redis: connecting, keys: KEYS } } });
    await until(() => kindOf(one) === 'broken', 'it knows');
    connecting.disconnect();
    expect(lines).not.toContainEqual(expect.objectContaining({ code: 'model_health_not_shared' }));
  });

  it('is acted upon while Redis is away, and told once Redis is back', async () => {
    const [one, two] = [await openProcess(), await openProcess()];
    await server.kill();
    answer = { status: 500, headers: {} };
    await ask(one);
    await ask(one);
    expect([kindOf(one), kindOf(two)]).toEqual(['broken', 'open']);
    await server.start();
    await until(() => kindOf(two) === 'broken', 'the other process knows');
    expect(kindOf(one)).toBe('broken');
  });

  it('is not believed where it is no state of a provider', async () => {
    await redis.hset(KEYS.modelHealth, 'anthropic', '{"kind":"broken","untilMs":"soon"}');
    await redis.hset(
      KEYS.modelHealth,
      'other',
      JSON.stringify({ kind: 'broken', untilMs: Date.now() + 60_000 }),
    );
    const one = await openProcess();
    expect(await ask(one)).toBe(200);
    expect(kindOf(one)).toBe('open');
  });
});
