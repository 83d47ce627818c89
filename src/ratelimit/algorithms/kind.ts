import type { Algorithm } from './algorithm.ts';

/** What the scripts in lua/ call the algorithms. */
export const KIND: Record<Algorithm['kind'], number> = {
  fixed_window: 1,
  quota: 2,
  sliding_window: 3,
  token_bucket: 4,
  concurrency: 5,
};
