import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BucketRequest, Check } from '../../src/ratelimit/algorithms/bucket.ts';
import { createTimedRedisBuckets } from '../../src/ratelimit/algorithms/redis-buckets.ts';
import { createLimiter, type Limiter } from '../../src/ratelimit/limiter/limiter.ts';
import { clusterLanes, openRedis, type Redis } from '../../src/redis/index.ts';
import { startTestCluster, type TestCluster } from '../support/redis-processes.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;

let cluster: TestCluster;
let redis: Redis;
let limiter: Limiter;
let calls = 0;

beforeAll(async () => {
  cluster = await startTestCluster();
  const nodes = cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
  redis = openRedis({ cluster: { nodes: nodes.slice(0, 1) } }, 'test', 2_000);
  redis.on('error', () => {});
  await until(() => redis.status === 'ready', 'the cluster is connected to');
  limiter = createLimiter({
    decide: createTimedRedisBuckets({ redis }),
    lanes: clusterLanes(redis),
    deadlineMs: 2_000,
    breaker: { lateAnswers: 3, retryMs: 300 },
    now: () => performance.now(),
    onCall: () => {
      calls += 1;
    },
  });
});
afterAll(async () => {
  redis?.disconnect();
  await cluster?.close();
});

function bucket(key: string, limit: number): BucketRequest {
  const algorithm = { kind: 'fixed_window', windowMs: 400 * DAY_MS } as const;
  return { key, limit, algorithm, denied: 'free', shadowMode: false, hits: 1 };
}

const check = (...buckets: BucketRequest[]): Check => ({ buckets, dryRun: false });
const used = async (key: string) =>
  (await limiter.check({ buckets: [{ ...bucket(key, 1000), hits: 0 }], dryRun: true }))[0]?.used;

/** A key on each node of the cluster. */
function keysOnNodes(name: string): string[] {
  const found = new Map<string, string>();
  for (let n = 0; found.size < 3; n += 1) {
    const key = `{${name}-${n}}`;
    const lanes = clusterLanes(redis);
    const node = lanes?.nodeOf(lanes.laneOf(key)) ?? '';
    if (!found.has(node)) found.set(node, key);
  }
  return [...found.values()];
}

describe('a cluster of three nodes', () => {
  it('admits exactly the limit of each bucket, wherever it lies', async () => {
    const keys = keysOnNodes('exact');
    const states = await Promise.all(
      keys.flatMap((key) => Array.from({ length: 50 }, () => limiter.check(check(bucket(key, 20))))),
    );
    expect(states.filter(([state]) => state?.over === false)).toHaveLength(60);
  });

  it('is asked once for each slot and tick', async () => {
    const before = calls;
    await Promise.all(
      ['{a}:1', '{a}:2', '{b}:1', '{a}:3', '{b}:2'].map((key) => limiter.check(check(bucket(key, 9)))),
    );
    expect(calls - before).toBe(2);
  });

  it('charges nothing where a bucket of the same slot refuses', async () => {
    await limiter.check(check(bucket('{same}:full', 1)));
    const states = await limiter.check(check(bucket('{same}:free', 9), bucket('{same}:full', 1)));
    expect(states.map(({ over, used: hits }) => [over, hits])).toEqual([
      [false, 0],
      [true, 1],
    ]);
  });

  it('gives back what was charged where a bucket of another slot refuses', async () => {
    const [full = '', ...others] = keysOnNodes('apart');
    await limiter.check(check(bucket(full, 1)));
    const states = await limiter.check(check(...others.map((key) => bucket(key, 9)), bucket(full, 1)));
    expect(states.map(({ over }) => over)).toEqual([false, false, true]);
    await until(
      async () => (await used(others[0] ?? '')) === 0 && (await used(others[1] ?? '')) === 0,
      'it is given back',
    );
  });

  it('goes on with the nodes that answer while one is stalled, and with that one when it answers again', async () => {
    const [stalledKey = '', otherKey = ''] = keysOnNodes('stall');
    const lanes = clusterLanes(redis);
    const port = Number(lanes?.nodeOf(lanes.laneOf(stalledKey)).split(':').at(-1));
    const stalled = cluster.nodes.find((node) => node.port === port);
    stalled?.signal('SIGSTOP');
    try {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 3 }, async () => limiter.check(check(bucket(stalledKey, 9)))),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      expect((await limiter.check(check(bucket(otherKey, 9))))[0]?.over).toBe(false);
    } finally {
      stalled?.signal('SIGCONT');
    }
    await until(
      async () =>
        limiter.check(check(bucket(stalledKey, 9))).then(
          () => true,
          () => false,
        ),
      'the node is asked again',
      30_000,
    );
  });

  it('finds a node again that was killed and started anew', async () => {
    const [key = ''] = keysOnNodes('kill');
    const lanes = clusterLanes(redis);
    const port = Number(lanes?.nodeOf(lanes.laneOf(key)).split(':').at(-1));
    const node = cluster.nodes.find((each) => each.port === port);
    await limiter.check(check(bucket(key, 9)));
    node?.signal('SIGKILL');
    await until(
      () =>
        limiter.check(check(bucket(key, 9))).then(
          () => false,
          () => true,
        ),
      'the node is gone',
    );
    await node?.restart();
    await until(
      () =>
        limiter.check(check(bucket(key, 9))).then(
          () => true,
          () => false,
        ),
      'it is found again',
      30_000,
    );
  });
});
