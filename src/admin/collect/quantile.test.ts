import { expect, test } from 'vitest';
import { quantile } from './quantile.ts';

const INF = Number.POSITIVE_INFINITY;

// As promtool's histogram_quantile() has them.
test.each([
  [
    'the middle of a bucket',
    0.5,
    [
      [1, 0],
      [2, 10],
      [INF, 10],
    ],
    1.5,
  ],
  [
    'from zero in the first',
    0.5,
    [
      [1, 10],
      [INF, 10],
    ],
    0.5,
  ],
  [
    'over several',
    0.95,
    [
      [1, 50],
      [2, 90],
      [4, 100],
      [INF, 100],
    ],
    3,
  ],
  [
    'the highest bound where it is above all',
    0.99,
    [
      [1, 50],
      [INF, 100],
    ],
    1,
  ],
  [
    'buckets in any order',
    0.5,
    [
      [INF, 10],
      [2, 10],
      [1, 0],
    ],
    1.5,
  ],
] as const)('%s', (_what, share, buckets, expected) => {
  expect(quantile(share, buckets)).toBeCloseTo(expected);
});

test.each([
  [[]],
  [
    [
      [1, 0],
      [INF, 0],
    ] as const,
  ],
])('of nothing there is none: %j', (buckets) => {
  expect(quantile(0.5, buckets)).toBeUndefined();
});
