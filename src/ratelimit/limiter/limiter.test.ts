import { describe, expect, it } from 'vitest';
import type { BucketState, Check } from '../algorithms/bucket.ts';
import { createLimiter } from './limiter.ts';

const check = (key: string): Check => ({
  buckets: [
    {
      key,
      limit: 1,
      algorithm: { kind: 'fixed_window', windowMs: 1000 },
      denied: 'free',
      shadowMode: false,
      hits: 1,
    },
  ],
  dryRun: false,
});
const room: BucketState = { over: false, remaining: 0, used: 1, resetMs: 1 };

describe('a limiter', () => {
  it('decides all checks of one domain and tick in one call', async () => {
    const calls: string[][] = [];
    const limiter = createLimiter({
      deadlineMs: 1000,
      decide: async (checks) => {
        calls.push(checks.flatMap(({ buckets }) => buckets.map(({ key }) => key)));
        return checks.map(() => [room]);
      },
    });
    await Promise.all([
      limiter.check('a', check('a1')),
      limiter.check('b', check('b1')),
      limiter.check('a', check('a2')),
    ]);
    expect(calls).toEqual([['a1', 'a2'], ['b1']]);
  });

  it('gives up on a store that does not answer in time', async () => {
    const limiter = createLimiter({ deadlineMs: 10, decide: () => new Promise(() => {}) });
    await expect(limiter.check('a', check('a1'))).rejects.toThrow('Redis did not answer in 10 ms');
  });
});
