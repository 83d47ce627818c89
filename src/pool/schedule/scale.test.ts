import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Demand, nextWarmKind, warmTarget } from './scale.ts';

const GIB = 2 ** 30;
const calm: Demand = {
  min: 1,
  max: 4,
  recentJobs: 0,
  windowMs: 10_000,
  startMs: 1_000,
  availableBytes: 8 * GIB,
  spareBytes: GIB,
  workerBytes: GIB / 10,
  waiting: 0,
};

describe('how many workers wait', () => {
  test('is the minimum while nobody comes, and grows with those who do, up to the maximum', () => {
    expect(warmTarget(calm)).toBe(1);
    expect(warmTarget({ ...calm, recentJobs: 10 })).toBe(2);
    expect(warmTarget({ ...calm, recentJobs: 1_000 })).toBe(4);
  });

  test('grows with the time that a start takes', () => {
    expect(warmTarget({ ...calm, recentJobs: 5, startMs: 4_000 })).toBe(4);
  });

  test('is bounded by the memory that there is, and shrinks where there is too little', () => {
    expect(warmTarget({ ...calm, recentJobs: 1_000, availableBytes: 1.25 * GIB })).toBe(2);
    expect(warmTarget({ ...calm, waiting: 4, recentJobs: 1_000, availableBytes: 0.85 * GIB })).toBe(2);
    expect(warmTarget({ ...calm, availableBytes: 0 })).toBe(0);
  });

  test('is never out of its bounds', () => {
    const count = fc.nat(300);
    fc.assert(
      fc.property(
        count,
        count,
        fc.nat(1_000),
        fc.nat(60_000),
        fc.nat(2 ** 40),
        count,
        (a, b, recentJobs, startMs, availableBytes, waiting) => {
          const [min, max] = a < b ? [a, b] : [b, a];
          const target = warmTarget({ ...calm, min, max, recentJobs, startMs, availableBytes, waiting });
          expect(target).toBeGreaterThanOrEqual(0);
          expect(target).toBeLessThanOrEqual(max);
        },
      ),
    );
  });
});

describe('which kind of worker is started next', () => {
  const none = { plain: 0, unopened: 0 };

  test('is an opened one while nothing is known of jobs', () => {
    expect(nextWarmKind(4, none, none)).toBe('plain');
    expect(nextWarmKind(4, { plain: 3, unopened: 0 }, none)).toBe('plain');
  });

  test('is of the kind that is missing, as jobs are mixed', () => {
    expect(nextWarmKind(4, { plain: 2, unopened: 0 }, { plain: 5, unopened: 5 })).toBe('unopened');
    expect(nextWarmKind(4, { plain: 0, unopened: 2 }, { plain: 5, unopened: 5 })).toBe('plain');
    expect(nextWarmKind(1, none, { plain: 1, unopened: 9 })).toBe('unopened');
  });

  test('has one for rare jobs too where two may wait', () => {
    expect(nextWarmKind(2, { plain: 1, unopened: 0 }, { plain: 99, unopened: 1 })).toBe('unopened');
    expect(nextWarmKind(1, none, { plain: 99, unopened: 1 })).toBe('plain');
  });
});
