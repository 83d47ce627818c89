import { describe, expect, it } from 'vitest';
import type { BucketRequest, BucketState, Check } from '../algorithms/bucket.ts';
import { createLocalCache } from './local-cache.ts';

const FULL: BucketState = { over: true, remaining: 0, used: 5, resetMs: 1000 };
const ROOM: BucketState = { over: false, remaining: 3, used: 2, resetMs: 1000 };

function bucket(key: string, rest: Partial<BucketRequest> = {}): BucketRequest {
  const algorithm = { kind: 'fixed_window', windowMs: 60_000 } as const;
  return { key, limit: 5, denied: 'free', shadowMode: false, hits: 1, algorithm, ...rest } as BucketRequest;
}

/** Buckets whose key starts with `full` are full. */
function start(maxBytes = 10_000) {
  let nowMs = 0;
  const asked: [keys: string[], dryRun: boolean][] = [];
  const { check } = createLocalCache({
    maxBytes,
    now: () => nowMs,
    onHit: () => {},
    limiter: {
      unanswering: () => [],
      async check({ buckets, dryRun }: Check) {
        asked.push([buckets.map(({ key }) => key), dryRun]);
        return buckets.map(({ key }) => (key.startsWith('full') ? FULL : ROOM));
      },
    },
  });
  return {
    asked,
    check: (...buckets: BucketRequest[]) => check({ buckets, dryRun: false }),
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

describe('the local cache', () => {
  it('refuses a full bucket without asking, until its window ends', async () => {
    const { check, asked, pass } = start();
    expect(await check(bucket('full'))).toEqual([FULL]);
    pass(400);
    expect(await check(bucket('full'))).toEqual([{ ...FULL, resetMs: 600 }]);
    expect(asked).toHaveLength(1);
    pass(600);
    await check(bucket('full'));
    expect(asked).toHaveLength(2);
  });

  it('asks again about a bucket whose limit was raised, and not where it was lowered', async () => {
    const { check, asked } = start();
    await check(bucket('full'));
    await check(bucket('full', { limit: 4 }));
    expect(asked).toHaveLength(1);
    await check(bucket('full', { limit: 6 }));
    expect(asked).toHaveLength(2);
  });

  it('only looks at the free buckets of a request that is refused already, and charges those that consume', async () => {
    const { check, asked } = start();
    await check(bucket('full'));
    const answer = await check(bucket('a'), bucket('full'), bucket('b', { denied: 'consume' }));
    expect(answer.map(({ over }) => over)).toEqual([false, true, false]);
    expect(asked.slice(1)).toEqual([
      [['b'], false],
      [['a'], true],
    ]);
  });

  it('charges the others where the full one is in shadow mode', async () => {
    const { check, asked } = start();
    await check(bucket('full', { shadowMode: true }));
    await check(bucket('a'), bucket('full', { shadowMode: true }));
    expect(asked.at(-1)).toEqual([['a'], false]);
  });

  it('remembers no bucket whose room comes back little by little', async () => {
    const { check, asked } = start();
    const algorithm = { kind: 'token_bucket', refillMs: 1000, burst: 5 } as const;
    const slow = bucket('full', { algorithm } as Partial<BucketRequest>);
    await check(slow);
    await check(slow);
    expect(asked).toHaveLength(2);
  });

  it('forgets a bucket that hits are given back to', async () => {
    const { check, asked } = start();
    await check(bucket('full'));
    await check(bucket('full', { hits: -1 }));
    await check(bucket('full'));
    expect(asked).toHaveLength(3);
  });

  it('keeps no more than it may', async () => {
    const { check, asked } = start(700);
    for (let n = 0; n < 100; n += 1) await check(bucket(`full-${n}`));
    asked.length = 0;
    for (let n = 0; n < 100; n += 1) await check(bucket(`full-${99 - n}`));
    expect(asked.length).toBeGreaterThan(90);
  });
});
