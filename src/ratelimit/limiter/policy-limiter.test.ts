import { describe, expect, it } from 'vitest';
import type { BucketState, Check } from '../algorithms/bucket.ts';
import { createMemoryBuckets } from '../algorithms/memory-buckets.ts';
import type { StoreFailurePolicy } from '../rules/rule.ts';
import type { Limiter } from './limiter.ts';
import { createPolicyLimiter } from './policy-limiter.ts';
import { StoreError } from './store-error.ts';

const room: BucketState = { over: false, remaining: 1, used: 1, resetMs: 1 };

const check: Check = {
  buckets: [
    {
      key: 'a',
      limit: 4,
      algorithm: { kind: 'fixed_window', windowMs: 1000 },
      denied: 'free',
      shadowMode: false,
      hits: 1,
    },
  ],
  dryRun: false,
};

function start(ask: Limiter['check'], defaultPolicy: StoreFailurePolicy) {
  const told: unknown[] = [];
  const fallbacks: string[] = [];
  const limiter = createPolicyLimiter({
    limiter: { check: ask, unanswering: () => [] },
    defaultPolicy,
    local: { decide: createMemoryBuckets({ now: () => 0, maxBuckets: 9 }), share: 0.5 },
    failures: { failed: (error) => void told.push(error), succeeded: () => void told.push('succeeded') },
    onFallback: (failure, policy) => void fallbacks.push(`${failure} ${policy}`),
  });
  return { limiter, told, fallbacks };
}

const POLICIES = ['deny', 'allow', 'local'] as const;

describe.each(POLICIES)('with the policy %s', (policy) => {
  it('the store decides while it can', async () => {
    const { limiter, told, fallbacks } = start(async () => [room], policy);
    expect(await limiter.check(check, undefined)).toEqual({ by: 'store', states: [room] });
    expect([told, fallbacks]).toEqual([['succeeded'], []]);
  });

  it.each([
    new TypeError('x is undefined'),
    new RangeError('expected 2 results, got 1'),
    Object.assign(new Error('WRONGTYPE Operation against a key'), { name: 'ReplyError' }),
  ])('%s is a bug: not decided by policy, and not told as an absent store', async (bug) => {
    const { limiter, told, fallbacks } = start(() => Promise.reject(bug), policy);
    await expect(limiter.check(check, undefined)).rejects.toBe(bug);
    expect([told, fallbacks]).toEqual([[], []]);
  });

  it.each([
    ['disconnected', new Error('Connection is closed.')],
    ['late', new StoreError('late', 'Redis did not answer in 350 ms')],
    ['late', new Error('Command timed out')],
    ['breaker', new StoreError('breaker', 'Redis is not asked now')],
    ['refused', Object.assign(new Error('LOADING Redis is loading the dataset'), { name: 'ReplyError' })],
  ])('a store that is away (%s) is told and counted: %s', async (failure, away) => {
    const { limiter, told, fallbacks } = start(() => Promise.reject(away), policy);
    await limiter.check(check, undefined).catch(() => {});
    expect([told, fallbacks]).toEqual([[away], [`${failure} ${policy}`]]);
  });
});

describe('while the store is away', () => {
  const away = () => Promise.reject(new Error('Connection is closed.'));

  it('deny is an error', async () => {
    const { limiter } = start(away, 'deny');
    await expect(limiter.check(check, undefined)).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('allow lets through without counting', async () => {
    const { limiter } = start(away, 'allow');
    expect(await limiter.check(check, undefined)).toEqual({ by: 'nobody' });
  });

  it('local grants the share of this process', async () => {
    const { limiter } = start(away, 'local');
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push(await limiter.check(check, undefined));
    expect(answers.map((answer) => answer.by === 'local' && answer.states[0]?.over)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("a domain's own policy goes before the general one", async () => {
    const { limiter, fallbacks } = start(away, 'deny');
    expect(await limiter.check(check, 'allow')).toEqual({ by: 'nobody' });
    expect(fallbacks).toEqual(['disconnected allow']);
  });
});
