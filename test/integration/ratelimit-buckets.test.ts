import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
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

function bucket(key: string, limit: number, hits: number, rest: Rest = {}): CountedRequest {
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

function asks(algorithm: CountedRequest['algorithm'], limit: number): (hits: number) => Promise<BucketState> {
  const request = { key: '{test}:a', limit, algorithm, denied: 'free', shadowMode: false } as const;
  return async (hits) => (await one({ ...request, hits }))[0] as BucketState;
}

describe('a clock that steps back', () => {
  it.each([
    { kind: 'sliding_window', windowMs: MINUTE_MS },
    { kind: 'token_bucket', refillMs: MINUTE_MS, burst: 3 },
    { kind: 'quota', period: 'month', timeZone: 'UTC' },
  ] as const)('admits no hit twice: $kind', async (algorithm) => {
    clockMs = Date.parse('2122-02-01T00:00:00Z');
    const ask = asks(algorithm, 3);
    expect((await ask(3)).over).toBe(false);
    clockMs -= 5000;
    expect((await ask(1)).over).toBe(true);
    clockMs += 4000;
    expect((await ask(1)).over).toBe(true);
  });
});

describe('a quota', () => {
  const month = { kind: 'quota', period: 'month', timeZone: 'America/New_York' } as const;

  it('starts anew with the month of its time zone', async () => {
    const ask = asks(month, 1);
    clockMs = Date.parse('2122-02-01T04:59:59Z');
    expect(await ask(1)).toEqual({ over: false, remaining: 0, used: 1, resetMs: 1000 });
    clockMs += 999;
    expect(await ask(1)).toMatchObject({ over: true, resetMs: 1 });
    clockMs += 1;
    expect(await ask(1)).toMatchObject({ over: false, resetMs: 28 * 86_400_000 });
  });

  it("goes by Redis's clock also where this process takes it for another day", async () => {
    const realNow = Date.now;
    const request = { key: '{test}:a', limit: 9, denied: 'free', shadowMode: false, hits: 1 } as const;
    const buckets = [{ ...request, algorithm: { kind: 'quota', period: 'day', timeZone: 'UTC' } as const }];
    const own = createRedisBuckets({ redis });
    const seen: (BucketState | undefined)[] = [];
    try {
      for (const offMs of [0, -86_400_000, 86_400_000]) {
        Date.now = () => realNow() + offMs;
        seen.push((await createRedisBuckets({ redis })([{ buckets, dryRun: false }]))[0]?.[0]);
      }
    } finally {
      Date.now = realNow;
    }
    seen.push((await own([{ buckets, dryRun: false }]))[0]?.[0]);
    expect(seen.map((state) => state?.used)).toEqual([1, 2, 3, 4]);
  });

  it('refuses what is over it also where the clock of this process is years behind', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2001-01-01T00:00:00Z') });
    try {
      const late = createRedisBuckets({ redis });
      const consumes = { ...bucket('a', 1, 2), algorithm: month, denied: 'consume' } as const;
      const [states] = await late([{ buckets: [consumes], dryRun: false }]);
      expect(states).toMatchObject([{ over: true, used: 2 }]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('leases', () => {
  const concurrency = { kind: 'concurrency', leaseMs: 10_000 } as const;
  const lease = (name: string, hits = 1): BucketRequest => ({
    key: '{test}:streams',
    limit: 2,
    algorithm: concurrency,
    lease: name,
    denied: 'free',
    shadowMode: false,
    hits,
  });

  it('are as many as the limit; one that is let go makes room', async () => {
    await one(lease('a'));
    expect(await one(lease('b'))).toEqual([{ over: false, remaining: 0, used: 2, resetMs: 10_000 }]);
    expect(await one(lease('c'))).toMatchObject([{ over: true, used: 2 }]);
    expect(await one(lease('a', -1))).toMatchObject([{ over: false, used: 1 }]);
    expect(await one(lease('c'))).toMatchObject([{ over: false, used: 2 }]);
  });

  it('of lost holders run out, and those that are renewed stay', async () => {
    await one(lease('lost'));
    await one(lease('kept'));
    clockMs += 9_000;
    expect(await one(lease('kept'))).toMatchObject([{ over: false, used: 2 }]);
    expect(await one(lease('new'))).toEqual([{ over: true, remaining: 0, used: 2, resetMs: 1000 }]);
    clockMs += 1_000;
    expect(await one(lease('new'))).toMatchObject([{ over: false, used: 2 }]);
    expect(await redis.zrange('{test}:streams', '0', '-1')).toEqual(['kept', 'new']);
  });

  it('that were let go already, or never held, change nothing', async () => {
    await one(lease('a'));
    await one(lease('b', -1));
    await one(lease('a', -1));
    expect(await one(lease('a', -1))).toMatchObject([{ over: false, used: 0, remaining: 2 }]);
    expect(await redis.exists('{test}:streams')).toBe(0);
  });

  it('are not taken where another bucket of the check refuses', async () => {
    await one(lease('a'), bucket('full', 0, 1));
    expect(await redis.exists('{test}:streams')).toBe(0);
  });

  it('expire with the last of them', async () => {
    await one(lease('a'));
    const before = Date.now();
    const ttlMs = await redis.pttl('{test}:streams');
    expect(before + ttlMs).toBeLessThanOrEqual(clockMs + 10_000);
    expect(Date.now() + ttlMs).toBeGreaterThanOrEqual(clockMs + 10_000 - 1);
  });
});

describe('a bucket that consumes what it refuses', () => {
  const consuming = (key: string, limit: number, hits: number): CountedRequest => ({
    ...bucket(key, limit, hits),
    denied: 'consume',
  });

  it('is charged beyond its limit, and whatever the others of its check say', async () => {
    expect(await one(consuming('a', 2, 3), bucket('full', 0, 1))).toMatchObject([
      { over: true, used: 3, remaining: 0 },
      { over: true, used: 0 },
    ]);
    expect(await one(consuming('a', 2, 1))).toMatchObject([{ over: true, used: 4 }]);
  });

  it('refuses for the others of its check, which are not charged', async () => {
    await one(consuming('a', 1, 1));
    expect(await one(consuming('a', 1, 1), bucket('free', 5, 1))).toMatchObject([
      { over: true, used: 2 },
      { over: false, used: 0 },
    ]);
  });

  it('stops counting before its number of hits could be taken for a window', async () => {
    await one(consuming('a', 1, 2 ** 64));
    await one(consuming('a', 1, 2 ** 64));
    expect(await one(consuming('a', 1, 0))).toEqual([
      { over: true, used: 9_000_000_000, remaining: 0, resetMs: MINUTE_MS },
    ]);
  });
});

describe('hits that are given back for a time', () => {
  it('are not given to a window that began later', async () => {
    const chargedAtMs = clockMs;
    await one(bucket('a', 3, 2));
    clockMs += MINUTE_MS;
    await one(bucket('a', 3, 2));
    expect(await one({ ...bucket('a', 3, -2), chargedAtMs })).toMatchObject([{ used: 2 }]);
    expect(await one({ ...bucket('a', 3, -2), chargedAtMs: clockMs })).toMatchObject([{ used: 0 }]);
  });

  it('are taken out of the slot that they were counted in', async () => {
    const sliding = { kind: 'sliding_window', windowMs: MINUTE_MS } as const;
    const ask = asks(sliding, 3);
    const chargedAtMs = clockMs;
    await ask(1);
    clockMs += 30_000;
    await ask(1);
    await one({ ...bucket('a', 3, -1), algorithm: sliding, chargedAtMs });
    clockMs += 40_000;
    expect((await ask(0)).used).toBe(1);
  });
});

describe('a dry run', () => {
  it('says what would be decided and writes nothing', async () => {
    await one(bucket('a', 2, 1));
    const before = await redis.dump('{test}:a');
    const wouldBe = async (hits: number) =>
      (await decide([{ buckets: [bucket('a', 2, hits)], dryRun: true }]))[0]?.[0];
    expect(await wouldBe(1)).toMatchObject({ over: false, used: 1 });
    expect(await wouldBe(2)).toMatchObject({ over: true, used: 1 });
    expect(await wouldBe(-1)).toMatchObject({ over: false, used: 1 });
    expect(await redis.dump('{test}:a')).toBe(before);
  });
});

describe('a limit that is changed', () => {
  it('keeps what its token bucket has used', async () => {
    await asks({ kind: 'token_bucket', refillMs: 7_000, burst: 10 }, 3)(10);
    const changed = asks({ kind: 'token_bucket', refillMs: MINUTE_MS, burst: 12 }, 11);
    expect(await changed(0)).toMatchObject({ over: false, used: 10, remaining: 2 });
  });
});

it('keys are kept for the jitter beyond their window, and count nothing then', async () => {
  const jittered = createRedisBuckets({ redis, now: () => clockMs, expiryJitterMs: 1_000_000 });
  const ttls = new Set<number>();
  for (let n = 0; n < 5; n += 1) {
    await jittered([{ buckets: [bucket(`k${n}`, 2, 1)], dryRun: false }]);
    ttls.add(Math.round((await redis.pttl(`{test}:k${n}`)) / 1000));
  }
  expect(ttls.size).toBeGreaterThan(1);
  clockMs += MINUTE_MS;
  expect((await jittered([{ buckets: [bucket('k0', 2, 1)], dryRun: false }]))[0]).toMatchObject([
    { used: 1 },
  ]);
});
