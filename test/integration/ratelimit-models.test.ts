import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Algorithm } from '../../src/ratelimit/algorithms/algorithm.ts';
import type { BucketRequest, BucketState, Check } from '../../src/ratelimit/algorithms/bucket.ts';
import { createMemoryBuckets } from '../../src/ratelimit/algorithms/memory-buckets.ts';
import { createRedisBuckets } from '../../src/ratelimit/algorithms/redis-buckets.ts';
import { openRedis, type Redis } from '../../src/redis/index.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { createReferenceBuckets } from '../support/reference-buckets.ts';
import { until } from '../support/until.ts';

/** In a future so far that no bucket expires during a test; two hours before the clocks change in Berlin. */
const START_MS = Date.parse('2122-03-28T23:00:00Z');

let server: TestRedis;
let redis: Redis;
let clockMs = START_MS;

beforeAll(async () => {
  server = await startTestRedis();
  redis = openRedis(server.address, 'test');
  await until(() => redis.status === 'ready', 'Redis is ready');
});
afterAll(async () => {
  redis?.disconnect();
  await server?.close();
});

interface Limit {
  limit: number;
  algorithm: Algorithm;
}

const LIMITS: Record<string, Limit> = {
  second: { limit: 4, algorithm: { kind: 'fixed_window', windowMs: 1000 } },
  sevenSeconds: { limit: 3, algorithm: { kind: 'fixed_window', windowMs: 7000 } },
  berlinDay: { limit: 6, algorithm: { kind: 'quota', period: 'day', timeZone: 'Europe/Berlin' } },
  utcWeek: { limit: 9, algorithm: { kind: 'quota', period: 'week', timeZone: 'UTC' } },
  slidingSecond: { limit: 4, algorithm: { kind: 'sliding_window', windowMs: 1000 } },
  slidingOdd: { limit: 5, algorithm: { kind: 'sliding_window', windowMs: 7333 } },
  bucket: { limit: 7, algorithm: { kind: 'token_bucket', refillMs: 1000, burst: 4 } },
  slowBucket: { limit: 3, algorithm: { kind: 'token_bucket', refillMs: 60_000, burst: 6 } },
  streams: { limit: 2, algorithm: { kind: 'concurrency', leaseMs: 5000 } },
  nothing: { limit: 0, algorithm: { kind: 'fixed_window', windowMs: 1000 } },
  noStreams: { limit: 0, algorithm: { kind: 'concurrency', leaseMs: 5000 } },
  noTokens: { limit: 0, algorithm: { kind: 'token_bucket', refillMs: 1000, burst: 3 } },
  noSliding: { limit: 0, algorithm: { kind: 'sliding_window', windowMs: 1000 } },
};

const name = fc.constantFrom(...Object.keys(LIMITS));
const request = fc
  .record({
    name,
    hits: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }) }, fc.integer({ min: -3, max: 8 })),
    denied: fc.oneof({ weight: 3, arbitrary: fc.constant('free' as const) }, fc.constant('consume' as const)),
    shadowMode: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    lease: fc.constantFrom('a', 'b', 'c'),
  })
  .map(({ name: key, lease, ...rest }): BucketRequest => {
    const { limit, algorithm } = LIMITS[key] as Limit;
    const counted = { key, limit, ...rest };
    return algorithm.kind === 'concurrency' ? { ...counted, algorithm, lease } : { ...counted, algorithm };
  });
const check: fc.Arbitrary<Check> = fc.record({
  buckets: fc.array(request, { minLength: 1, maxLength: 4 }),
  dryRun: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
});
const history = fc.array(
  fc.record({
    passMs: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 3000 }), fc.nat({ max: 40_000_000 })),
    checks: fc.array(check, { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Runs a history on a fresh model and on what is held to it. */
async function agree(
  steps: readonly { passMs: number; checks: Check[] }[],
  decide: (checks: readonly Check[]) => Promise<BucketState[][]>,
): Promise<void> {
  clockMs = START_MS;
  const model = createReferenceBuckets(() => clockMs);
  for (const { passMs, checks } of steps) {
    clockMs += passMs;
    expect(await decide(checks)).toEqual(checks.map((each) => model(each)));
  }
}

/** Measured at 4 s on a busy machine. */
const PROPERTY_TIMEOUT_MS = 180_000;

describe('any history of checks of all algorithms', () => {
  it('is answered in Redis as the plain lists of the model answer it', {
    timeout: PROPERTY_TIMEOUT_MS,
  }, async () => {
    let run = 0;
    const decide = createRedisBuckets({ redis, now: () => clockMs });
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        run += 1;
        const ofThisRun = ({ buckets, dryRun }: Check): Check => ({
          buckets: buckets.map((each) => ({ ...each, key: `{run-${run}}:${each.key}` })),
          dryRun,
        });
        await agree(steps, (checks) => decide(checks.map(ofThisRun)));
      }),
      { numRuns: 2000 },
    );
  });

  it('is answered in memory as the plain lists of the model answer it', {
    timeout: PROPERTY_TIMEOUT_MS,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const decide = createMemoryBuckets({ now: () => clockMs, maxBuckets: 100 });
        await agree(steps, async (checks) => decide(checks));
      }),
      { numRuns: 2000 },
    );
  });
});
