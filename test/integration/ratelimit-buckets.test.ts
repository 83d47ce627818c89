import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FixedWindow } from '../../src/ratelimit/algorithms/algorithm.ts';
import type {
  BucketRequest,
  BucketState,
  CountedRequest,
  DecideChecks,
} from '../../src/ratelimit/algorithms/bucket.ts';
import { createRedisBuckets } from '../../src/ratelimit/algorithms/redis-buckets.ts';
import { openRedis, type Redis } from '../../src/redis/index.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const MINUTE_MS = 60_000;
/** The start of a minute, in a future so far that no bucket expires during a test. */
const START_MS = 4_800_000_000_000;

let server: TestRedis;
let redis: Redis;
let clockMs: number;
let decide: DecideChecks;

beforeAll(async () => {
  server = await startTestRedis();
  redis = openRedis(server.address, 'test');
  await until(() => redis.status === 'ready', 'Redis is ready');
  decide = createRedisBuckets({ redis, now: () => clockMs });
});
afterAll(async () => {
  redis?.disconnect();
  await server?.close();
});
beforeEach(async () => {
  await redis.flushall();
  clockMs = START_MS;
});

interface Rest {
  windowMs?: number;
  shadowMode?: boolean;
}

function bucket(
  key: string,
  limit: number,
  hits: number,
  rest: Rest = {},
): CountedRequest & { algorithm: FixedWindow } {
  const { windowMs = MINUTE_MS, shadowMode = false } = rest;
  const algorithm = { kind: 'fixed_window', windowMs } as const;
  return { key: `{test}:${key}`, limit, algorithm, denied: 'free', shadowMode, hits };
}

async function one(...buckets: BucketRequest[]): Promise<BucketState[]> {
  return (await decide([{ buckets, dryRun: false }]))[0] ?? [];
}

describe('a fixed window', () => {
  it('has room for exactly its limit, then starts anew with the next window', async () => {
    const hit = () => one(bucket('a', 2, 1));
    clockMs = START_MS + 59_000;
    expect(await hit()).toEqual([{ over: false, remaining: 1, used: 1, resetMs: 1000 }]);
    expect(await hit()).toEqual([{ over: false, remaining: 0, used: 2, resetMs: 1000 }]);
    expect(await hit()).toEqual([{ over: true, remaining: 0, used: 2, resetMs: 1000 }]);
    clockMs = START_MS + 59_999;
    expect(await hit()).toEqual([{ over: true, remaining: 0, used: 2, resetMs: 1 }]);
    clockMs = START_MS + 60_000;
    expect(await hit()).toEqual([{ over: false, remaining: 1, used: 1, resetMs: 60_000 }]);
  });

  it('charges nothing where one bucket of the check has no room', async () => {
    await one(bucket('full', 1, 1));
    const [full, free] = await one(bucket('full', 1, 1), bucket('free', 5, 2));
    expect([full?.over, free?.over, free?.remaining]).toEqual([true, false, 5]);
    expect(await redis.exists('{test}:free')).toBe(0);
  });

  it('refuses more hits at once than are left, and keeps what is left', async () => {
    await one(bucket('a', 5, 3));
    expect(await one(bucket('a', 5, 3))).toMatchObject([{ over: true, remaining: 2 }]);
    expect(await one(bucket('a', 5, 2))).toMatchObject([{ over: false, remaining: 0 }]);
  });

  it('lets a check see what the checks before it in the same call have taken', async () => {
    const answers = await decide(
      Array.from({ length: 5 }, () => ({
        buckets: [bucket('a', 3, 1)],
        dryRun: false,
      })),
    );
    expect(answers.map(([state]) => state?.over)).toEqual([false, false, false, true, true]);
    expect(answers.map(([state]) => state?.remaining)).toEqual([2, 1, 0, 0, 0]);
  });

  it('counts both where a check names the same bucket twice', async () => {
    expect(await one(bucket('a', 1, 1), bucket('a', 1, 1))).toMatchObject([{ over: false }, { over: true }]);
    expect(await one(bucket('a', 2, 1), bucket('a', 2, 1))).toMatchObject([
      { remaining: 0 },
      { remaining: 0 },
    ]);
  });

  it('looks without charging for 0 hits, and says when nothing is left', async () => {
    expect(await one(bucket('a', 1, 0))).toMatchObject([{ over: false, remaining: 1 }]);
    expect(await redis.exists('{test}:a')).toBe(0);
    await one(bucket('a', 1, 1));
    expect(await one(bucket('a', 1, 0))).toMatchObject([{ over: true, remaining: 0 }]);
  });

  it('gives negative hits back, but never more than were taken', async () => {
    await one(bucket('a', 3, 3));
    expect(await one(bucket('a', 3, -2))).toMatchObject([{ over: false, remaining: 2 }]);
    expect(await one(bucket('a', 3, -5))).toMatchObject([{ over: false, remaining: 3 }]);
  });

  it('does not refuse in shadow mode, and counts no further than the limit', async () => {
    const shadowed = () => one(bucket('trial', 1, 1, { shadowMode: true }), bucket('real', 9, 1));
    expect(await shadowed()).toMatchObject([{ over: false, remaining: 0 }, { remaining: 8 }]);
    expect(await shadowed()).toMatchObject([{ over: true, remaining: 0 }, { remaining: 7 }]);
  });

  it('refuses everything at a limit of 0', async () => {
    expect(await one(bucket('a', 0, 1))).toMatchObject([{ over: true, remaining: 0 }]);
  });

  it('counts hits of any size that the wire can carry', async () => {
    expect(await one(bucket('a', 4_294_967_295, 4_294_967_294))).toMatchObject([{ remaining: 1 }]);
    expect(await one(bucket('a', 4_294_967_295, 2 ** 64))).toMatchObject([{ over: true, remaining: 1 }]);
  });

  it('does not start a window over when the clock steps back across its start', async () => {
    const hit = () => one(bucket('a', 1, 1));
    await hit();
    clockMs = START_MS - 5;
    expect(await hit()).toEqual([{ over: true, remaining: 0, used: 1, resetMs: 60_005 }]);
  });

  it('starts over when the clock steps back further than a window, so that nobody waits for ever', async () => {
    const hit = () => one(bucket('a', 1, 1));
    await hit();
    clockMs = START_MS - 3_600_000;
    expect(await hit()).toMatchObject([{ over: false }]);
  });

  it("goes by Redis's own clock where none is given, and expires when its window ends", async () => {
    const dayMs = 86_400_000;
    const redisMs = async () => {
      const [seconds, microseconds] = await redis.time();
      return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    };
    const before = await redisMs();
    const [states] = await createRedisBuckets({ redis })([
      { buckets: [bucket('a', 2, 1, { windowMs: dayMs })], dryRun: false },
    ]);
    const ttlMs = await redis.pttl('{test}:a');
    const after = await redisMs();
    for (const leftMs of [states?.[0]?.resetMs ?? 0, ttlMs]) {
      const endOfDay = Math.floor((after + leftMs) / dayMs) * dayMs;
      expect(endOfDay).toBeGreaterThan(after);
      expect(endOfDay).toBeGreaterThanOrEqual(before + leftMs);
    }
  });
});

type CountedWindow = CountedRequest & { algorithm: FixedWindow };

/** Every hit that was let through, kept in a plain list. */
function referenceModel() {
  const admitted: { key: string; windowStart: number; hits: number }[] = [];
  const startOf = (windowMs: number) => Math.floor(clockMs / windowMs) * windowMs;
  const used = ({ key, algorithm: { windowMs } }: CountedWindow) =>
    admitted
      .filter((entry) => entry.key === key && entry.windowStart === startOf(windowMs))
      .reduce((sum, { hits }) => sum + hits, 0);
  return (check: readonly CountedWindow[]): BucketState[] => {
    const before = admitted.length;
    const over = check.map((request) => {
      const isOver = used(request) + Math.max(request.hits, 1) > request.limit;
      const {
        key,
        algorithm: { windowMs },
        hits,
      } = request;
      if (!isOver) admitted.push({ key, windowStart: startOf(windowMs), hits });
      return isOver;
    });
    if (check.some(({ shadowMode }, index) => over[index] && !shadowMode)) admitted.length = before;
    return check.map((request, index) => ({
      over: over[index] === true,
      remaining: request.limit - used(request),
      used: used(request),
      resetMs: startOf(request.algorithm.windowMs) + request.algorithm.windowMs - clockMs,
    }));
  };
}

describe('fixed windows', () => {
  it('admit what a plain list of hits admits, for any history', async () => {
    const windowOf = { a: 1000, b: 7000, c: MINUTE_MS };
    const request = fc
      .record({ name: fc.constantFrom('a', 'b', 'c'), hits: fc.nat({ max: 3 }), shadowMode: fc.boolean() })
      .map(({ name, hits, shadowMode }) => bucket(name, 4, hits, { shadowMode, windowMs: windowOf[name] }));
    const step = fc.record({
      passMs: fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 30_000 })),
      checks: fc.array(fc.array(request, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (history) => {
        await redis.flushall();
        clockMs = START_MS;
        const model = referenceModel();
        for (const { passMs, checks } of history) {
          clockMs += passMs;
          const asked = checks.map((buckets) => ({ buckets, dryRun: false }));
          expect(await decide(asked)).toEqual(checks.map((check) => model(check)));
        }
      }),
      { numRuns: 300 },
    );
  });
});
