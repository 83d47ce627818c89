import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Algorithm } from './algorithm.ts';
import type { BucketRequest } from './bucket.ts';
import { createMemoryBuckets } from './memory-buckets.ts';

const START_MS = 1_900_000_000_000;

interface Step {
  passMs: number;
  hits: number;
}

interface Admitted {
  atMs: number;
  hits: number;
}

const steps = fc.array(
  fc.record({
    passMs: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 400 }), fc.nat({ max: 3000 })),
    hits: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 150 },
);

/** The hits that one bucket lets through, with the times of all that it was asked. */
function admittedOf(limit: number, algorithm: Exclude<Algorithm, { kind: 'concurrency' }>, asked: Step[]) {
  let nowMs = START_MS;
  const decide = createMemoryBuckets({ now: () => nowMs, maxBuckets: 1 });
  const admitted: Admitted[] = [];
  const refused: Admitted[] = [];
  for (const { passMs, hits } of asked) {
    nowMs += passMs;
    const request: BucketRequest = { key: 'a', limit, algorithm, denied: 'free', shadowMode: false, hits };
    const [states] = decide([{ buckets: [request], dryRun: false }]);
    (states?.[0]?.over ? refused : admitted).push({ atMs: nowMs, hits });
  }
  return { admitted, refused };
}

/** Hits of a list from one time on, and before another. */
function hitsBetween(list: readonly Admitted[], fromMs: number, beforeMs: number): number {
  return list.reduce((sum, { atMs, hits }) => sum + (atMs >= fromMs && atMs < beforeMs ? hits : 0), 0);
}

describe('a sliding window', () => {
  const windows = fc.record({
    windowMs: fc.integer({ min: 50, max: 5000 }),
    limit: fc.integer({ min: 1, max: 8 }),
  });

  it('never admits more than its limit in any interval of its length', () => {
    fc.assert(
      fc.property(windows, steps, ({ windowMs, limit }, asked) => {
        const { admitted } = admittedOf(limit, { kind: 'sliding_window', windowMs }, asked);
        for (const { atMs } of admitted) {
          expect(hitsBetween(admitted, atMs, atMs + windowMs)).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  it('refuses only what would not have fitted into an interval that is a twentieth longer', () => {
    fc.assert(
      fc.property(windows, steps, ({ windowMs, limit }, asked) => {
        const { admitted, refused } = admittedOf(limit, { kind: 'sliding_window', windowMs }, asked);
        const longerMs = windowMs + Math.ceil(windowMs / 20);
        for (const { atMs, hits } of refused) {
          expect(hitsBetween(admitted, atMs - longerMs, atMs + 1) + hits).toBeGreaterThan(limit);
        }
      }),
    );
  });
});

describe('a token bucket', () => {
  const buckets = fc.record({
    refillMs: fc.integer({ min: 1, max: 5000 }),
    limit: fc.integer({ min: 1, max: 9 }),
    burst: fc.integer({ min: 1, max: 8 }),
  });

  it('never admits more than its burst and what became free, in any interval', () => {
    fc.assert(
      fc.property(buckets, steps, ({ refillMs, limit, burst }, asked) => {
        const { admitted } = admittedOf(limit, { kind: 'token_bucket', refillMs, burst }, asked);
        for (const [index, { atMs }] of admitted.entries()) {
          for (const last of admitted.slice(index)) {
            const free = burst + ((last.atMs - atMs) * limit) / refillMs;
            expect(hitsBetween(admitted, atMs, last.atMs + 1)).toBeLessThanOrEqual(free + 1e-9);
          }
        }
      }),
    );
  });

  it('admits its whole burst at once, whatever its rate', () => {
    fc.assert(
      fc.property(buckets, ({ refillMs, limit, burst }) => {
        const asked = Array.from({ length: burst + 1 }, () => ({ passMs: 0, hits: 1 }));
        const { admitted } = admittedOf(limit, { kind: 'token_bucket', refillMs, burst }, asked);
        expect(admitted).toHaveLength(burst);
      }),
    );
  });

  it('admits its rate exactly over a long time, without drift', () => {
    const asked = Array.from({ length: 100_000 }, () => ({ passMs: 1, hits: 1 }));
    const { admitted } = admittedOf(7, { kind: 'token_bucket', refillMs: 60, burst: 2 }, asked);
    expect(admitted).toHaveLength(Math.floor((99_999 * 7) / 60) + 2);
  });
});
