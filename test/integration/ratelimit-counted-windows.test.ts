import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Algorithm } from '../../src/ratelimit/algorithms/algorithm.ts';
import type { BucketState, Check, CountedRequest } from '../../src/ratelimit/algorithms/bucket.ts';
import { createRedisBuckets } from '../../src/ratelimit/algorithms/redis-buckets.ts';
import { openRedis, type Redis } from '../../src/redis/index.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { createReferenceBuckets } from '../support/reference-buckets.ts';
import { until } from '../support/until.ts';

/** Windows that are charged whatever is decided have a script of their own: lua/count-windows.lua. */

const SECOND_MS = 1000;
/** How many windows lua/window-shape.lua tells apart. */
const NUMBERS = 900_000;
/** In a future so far that no bucket expires during a test, where windows of a second begin to be numbered from 0 again. */
const START_MS = 5334 * NUMBERS * SECOND_MS;

let server: TestRedis;
let redis: Redis;
let clockMs: number;

beforeAll(async () => {
  server = await startTestRedis();
  redis = openRedis(server.address, 'test');
  await until(() => redis.status === 'ready', 'Redis is ready');
});
afterAll(async () => {
  redis?.disconnect();
  await server?.close();
});
beforeEach(async () => {
  await redis.flushall();
  clockMs = START_MS;
});

const SECOND = { kind: 'fixed_window', windowMs: SECOND_MS } as const;

function consuming(key: string, limit: number, hits: number, algorithm: Algorithm = SECOND): CountedRequest {
  const counted = { key: `{test}:${key}`, limit, hits, denied: 'consume', shadowMode: false } as const;
  return { ...counted, algorithm } as CountedRequest;
}

async function one(...buckets: CountedRequest[]): Promise<BucketState[]> {
  const decide = createRedisBuckets({ redis, now: () => clockMs });
  return (await decide([{ buckets, dryRun: false }]))[0] ?? [];
}

/** Of the scripts and commands that Redis ran: how often it read buckets before it wrote them. */
async function reads(): Promise<number> {
  const found = /cmdstat_mget:calls=(\d+)/.exec(await redis.info('commandstats'));
  return Number(found?.[1] ?? 0);
}

describe('windows that are charged whatever is decided', () => {
  it('are only counted', async () => {
    const before = await reads();
    await one(consuming('a', 1, 1), consuming('b', 1, 1));
    expect(await reads()).toBe(before);
    await one(consuming('a', 1, 1), { ...consuming('b', 1, 1), denied: 'free' });
    expect(await reads()).toBe(before + 1);
  });

  it('see in each check what those before it in the same call have taken', async () => {
    await one(consuming('a', 4, 1));
    const decide = createRedisBuckets({ redis, now: () => clockMs });
    const check = (...buckets: CountedRequest[]) => ({ buckets, dryRun: false });
    expect(
      await decide([
        check(consuming('a', 4, 2), consuming('b', 1, 1)),
        check(consuming('a', 4, 1), consuming('a', 4, 1)),
      ]),
    ).toMatchObject([
      [
        { used: 3, remaining: 1, over: false },
        { used: 1, remaining: 0, over: false },
      ],
      [
        { used: 4, remaining: 0, over: false },
        { used: 5, remaining: 0, over: true, resetMs: SECOND_MS },
      ],
    ]);
  });

  it.each([
    ['the first of those that are told apart', 0],
    ['the last of them', -SECOND_MS],
    ['any other', 7 * SECOND_MS],
  ])('expire from their first hit on, in %s', async (_, laterMs) => {
    clockMs += laterMs;
    await one(consuming('a', 3, 1));
    expect(await redis.pttl('{test}:a')).toBeGreaterThan(0);
    expect(await one(consuming('a', 3, 1))).toMatchObject([{ used: 2 }]);
    clockMs += SECOND_MS;
    expect(await one(consuming('a', 3, 1))).toMatchObject([{ used: 1, resetMs: SECOND_MS }]);
    expect(await redis.pttl('{test}:a')).toBeGreaterThan(0);
  });

  it.each([SECOND, { kind: 'quota', period: 'month', timeZone: 'UTC' }] as const)(
    'are not started over when the clock steps back across their start: $kind',
    async (algorithm) => {
      clockMs = Date.parse('2122-02-01T00:00:00Z');
      const [first] = await one(consuming('a', 3, 3, algorithm));
      clockMs -= 5;
      const resetMs = (first?.resetMs ?? 0) + 5;
      expect(await one(consuming('a', 3, 1, algorithm))).toEqual([
        { over: true, used: 4, remaining: 0, resetMs },
      ]);
      clockMs += 5;
      expect(await one(consuming('a', 3, 1, algorithm))).toMatchObject([{ used: 5 }]);
    },
  );

  it('start over when the clock steps back further than a window', async () => {
    await one(consuming('a', 1, 1));
    clockMs -= 2 * SECOND_MS;
    expect(await one(consuming('a', 1, 1))).toMatchObject([{ used: 1, over: false }]);
  });

  it('stop counting before their hits could be taken for a window', async () => {
    await one(consuming('a', 1, 1));
    const stored = Number(await redis.get('{test}:a'));
    await redis.incrby('{test}:a', 9e9 - 2);
    expect(await one(consuming('a', 1, 1_000_000), consuming('a', 1, 1_000_000))).toMatchObject([
      { over: true },
      { over: true, used: 9e9 },
    ]);
    expect(Number(await redis.get('{test}:a'))).toBe(stored - 1 + 9e9);
  });
});

const LIMITS = {
  second: { limit: 4, algorithm: SECOND },
  sevenSeconds: { limit: 3, algorithm: { kind: 'fixed_window', windowMs: 7000 } },
  otherSevenSeconds: { limit: 5, algorithm: { kind: 'fixed_window', windowMs: 7000 } },
  berlinDay: { limit: 6, algorithm: { kind: 'quota', period: 'day', timeZone: 'Europe/Berlin' } },
  nothing: { limit: 0, algorithm: SECOND },
} as const satisfies Record<string, { limit: number; algorithm: Algorithm }>;

const request = (denied: fc.Arbitrary<'free' | 'consume'>, hits: fc.Arbitrary<number>) =>
  fc
    .record({
      key: fc.constantFrom(...(Object.keys(LIMITS) as (keyof typeof LIMITS)[])),
      shadowMode: fc.boolean(),
      ...{ denied, hits },
    })
    .map(({ key, ...rest }): CountedRequest => ({ key, ...LIMITS[key], ...rest }));
const check = (bucket: fc.Arbitrary<CountedRequest>): fc.Arbitrary<Check> =>
  fc.record({ buckets: fc.array(bucket, { minLength: 1, maxLength: 4 }), dryRun: fc.constant(false) });
const counting = check(request(fc.constant('consume'), fc.integer({ min: 1, max: 4 })));
const other = check(request(fc.constantFrom('free', 'consume'), fc.integer({ min: -3, max: 4 })));
const history = fc.array(
  fc.record({
    passMs: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 3000 }), fc.nat({ max: 40_000_000 })),
    checks: fc.oneof(
      { weight: 3, arbitrary: fc.array(counting, { minLength: 1, maxLength: 5 }) },
      fc.array(other, { minLength: 1, maxLength: 3 }),
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

it('any history of them and of others is answered as the plain lists of the model answer it', {
  timeout: 180_000,
}, async () => {
  let run = 0;
  const decide = createRedisBuckets({ redis, now: () => clockMs });
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      run += 1;
      clockMs = START_MS;
      const model = createReferenceBuckets(() => clockMs);
      for (const { passMs, checks } of steps) {
        clockMs += passMs;
        const ofThisRun = checks.map(({ buckets, dryRun }) => ({
          buckets: buckets.map((each) => ({ ...each, key: `{run-${run}}:${each.key}` })),
          dryRun,
        }));
        expect(await decide(ofThisRun)).toEqual(checks.map((each) => model(each)));
      }
    }),
    { numRuns: 1000 },
  );
});
