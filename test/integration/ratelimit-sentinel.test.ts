import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedisBuckets } from '../../src/ratelimit/algorithms/redis-buckets.ts';
import { openRedis, type Redis } from '../../src/redis/index.ts';
import { startTestSentinels, type TestSentinels } from '../support/redis-processes.ts';
import { until } from '../support/until.ts';

let sentinels: TestSentinels;
let redis: Redis;

beforeAll(async () => {
  sentinels = await startTestSentinels();
  const nodes = sentinels.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
  redis = openRedis({ sentinel: { master: 'main', nodes } }, 'test');
  redis.on('error', () => {});
  await until(() => redis.status === 'ready', 'the master is connected to');
});
afterAll(async () => {
  redis?.disconnect();
  await sentinels?.close();
});

it('counting goes on with the new master after a fail-over, from where it was', async () => {
  const decide = createRedisBuckets({ redis });
  const hit = async () => {
    const algorithm = { kind: 'fixed_window', windowMs: 400 * 86_400_000 } as const;
    const request = { key: 'a', limit: 99, algorithm, denied: 'free', shadowMode: false, hits: 1 } as const;
    return (await decide([{ buckets: [request], dryRun: false }]))[0]?.[0]?.used;
  };
  expect(await hit()).toBe(1);
  expect(await hit()).toBe(2);
  expect(await redis.call('WAIT', '1', '5000')).toBe(1);

  sentinels.master.signal('SIGKILL');
  await until(
    () =>
      hit().then(
        () => false,
        () => true,
      ),
    'the master is gone',
  );
  let used: number | undefined;
  await until(
    async () => {
      used = await hit().catch(() => undefined);
      return used !== undefined;
    },
    'the replica has become the master',
    45_000,
  );
  expect(used).toBe(3);
  expect(((await redis.call('ROLE')) as unknown[])[0]).toBe('master');
});
