import { expect, test } from 'vitest';
import { restartDelayMs } from './backoff.ts';

test('the wait doubles from a quarter of a second to ten seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map(restartDelayMs)).toEqual([
    250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000,
  ]);
});
