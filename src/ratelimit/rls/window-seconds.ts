import type { Algorithm } from '../algorithms/algorithm.ts';

/** The length in seconds of what a limit's figure is for; undefined where it has none, or is not always the same. */
export function windowSeconds(algorithm: Algorithm): number | undefined {
  switch (algorithm.kind) {
    case 'fixed_window':
    case 'sliding_window':
      return algorithm.windowMs / 1000;
    case 'token_bucket':
      return algorithm.refillMs / 1000;
    case 'concurrency':
    case 'quota':
      return undefined;
  }
}
