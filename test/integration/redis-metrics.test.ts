import { afterEach, beforeEach, expect, test } from 'vitest';
import { bindScript, connected, openRedis, type Redis, watchCommands } from '../../src/redis/index.ts';
import { createCommandMetrics, createMetrics, familiesOf, type Metrics } from '../../src/telemetry/index.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const SCRIPT = new URL('../../src/jobs/add-late-usage.lua', import.meta.url);

let server: TestRedis;
let redis: Redis;
let metrics: Metrics;

beforeEach(async () => {
  server = await startTestRedis();
  redis = openRedis(server.address, 'gatehouse-test');
  await connected(redis, 10_000);
  metrics = await createMetrics();
  watchCommands(redis, createCommandMetrics(metrics)('gatehouse-test'));
});
afterEach(async () => {
  redis.disconnect();
  await server.close();
});

async function shown(name: string): Promise<Record<string, number>> {
  const family = familiesOf(await metrics.registry.getMetricsAsJSON()).find((each) => each.name === name);
  return Object.fromEntries(
    (family?.samples ?? []).map((sample) => [sample.labels.kind ?? sample.name, sample.value]),
  );
}
const calls = async () => (await shown('gatehouse_redis_call_seconds')).gatehouse_redis_call_seconds_count;
const errors = () => shown('gatehouse_redis_errors_total');

test('commands, those of a pipeline and scripts are timed', async () => {
  await redis.set('a', '1');
  await redis.pipeline().get('a').get('b').exec();
  expect(await calls()).toBe(3);
  const script = bindScript(redis, SCRIPT);
  await script(['job'], [1]);
  await script(['job'], [1]);
  // The first time it is sent whole, once its digest was not known.
  expect(await calls()).toBe(5);
  expect(await errors()).toEqual({});
});

test('what Redis refuses, and what it is not there for, is counted by kind', async () => {
  await redis.set('a', 'text');
  await expect(redis.incr('a')).rejects.toThrow();
  expect(await errors()).toEqual({ reply: 1 });
  await server.kill();
  await expect(redis.get('a')).rejects.toThrow();
  expect(await errors()).toEqual({ reply: 1, unavailable: 1 });
});
