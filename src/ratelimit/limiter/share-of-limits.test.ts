import { describe, expect, it } from 'vitest';
import type { CountedRequest } from '../algorithms/bucket.ts';
import { createMemoryBuckets } from '../algorithms/memory-buckets.ts';
import { shareOfLimits } from './share-of-limits.ts';

function request(limit: number, algorithm: CountedRequest['algorithm']): CountedRequest {
  return { key: 'a', limit, algorithm, denied: 'free', shadowMode: false, hits: 1 };
}

/** What fits into a share of a limit at once, and in the minute after that. */
function admitted(share: number, asked: CountedRequest): [number, number] {
  let nowMs = 0;
  const decide = createMemoryBuckets({ now: () => nowMs, maxBuckets: 1 });
  const ask = () =>
    decide([shareOfLimits({ buckets: [asked], dryRun: false }, share)])[0]?.[0]?.over === false;
  let atOnce = 0;
  while (ask()) atOnce += 1;
  let later = 0;
  for (nowMs = 1; nowMs <= 60_000; nowMs += 1) if (ask()) later += 1;
  return [atOnce, later];
}

describe('a share of a limit', () => {
  it.each([
    [0.25, request(40, { kind: 'fixed_window', windowMs: 100_000 }), [10, 0]],
    [0.25, request(41, { kind: 'sliding_window', windowMs: 100_000 }), [10, 0]],
    [0.25, request(40, { kind: 'token_bucket', refillMs: 60_000, burst: 8 }), [2, 10]],
    [0.5, request(3, { kind: 'token_bucket', refillMs: 60_000, burst: 1 }), [1, 1]],
    [1, request(7, { kind: 'token_bucket', refillMs: 60_000, burst: 3 }), [3, 7]],
    [0.1, request(1, { kind: 'fixed_window', windowMs: 100_000 }), [1, 0]],
    [0.5, request(0, { kind: 'fixed_window', windowMs: 100_000 }), [0, 0]],
  ])('of %d of %j lets through %j, at once and in a minute', (share, asked, expected) => {
    expect(admitted(share, asked)).toEqual(expected);
  });
});
