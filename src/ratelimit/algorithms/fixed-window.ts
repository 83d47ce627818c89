import { bindScript, type Redis } from '../../redis/index.ts';
import type { BucketRequest, DecideChecks } from './bucket.ts';

export interface FixedWindowOptions {
  redis: Redis;
  /**
   * Milliseconds since the Unix epoch, for tests; buckets still expire by Redis's clock, so it must not be behind.
   * Without it the script asks Redis: all processes must agree on where a window starts, and the clocks of two
   * machines do not.
   */
  now?: () => number;
}

/**
 * Fixed windows in Redis. One call decides any number of checks with one script, atomically and in their order.
 * All keys of a call must lie in one hash slot.
 */
export function createFixedWindow({ redis, now }: FixedWindowOptions): DecideChecks {
  const script = bindScript(redis, new URL('./fixed-window.lua', import.meta.url));
  return async (checks) => {
    const keys = checks.flatMap(({ buckets }) => buckets.map(({ key }) => key));
    const args = checks.flatMap(({ buckets }) => [buckets.length, ...buckets.flatMap(bucketArguments)]);
    const answer = (await script(keys, [now?.() ?? '', ...args])) as number[];
    let at = 0;
    return checks.map(({ buckets }) =>
      buckets.map(({ limit }) => {
        const [over, remaining, resetMs] = answer.slice(at, at + 3) as [number, number, number];
        at += 3;
        return { over: over === 1, remaining, used: limit - remaining, resetMs };
      }),
    );
  };
}

function bucketArguments({ limit, algorithm, hits, shadowMode }: BucketRequest): number[] {
  if (algorithm.kind !== 'fixed_window') throw new RangeError(`${algorithm.kind} is not counted here`);
  return [limit, algorithm.windowMs, hits, shadowMode ? 1 : 0];
}
