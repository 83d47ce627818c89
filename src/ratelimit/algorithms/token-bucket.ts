import type { TokenBucket } from './algorithm.ts';
import type { Counter } from './counter.ts';
import { exactRate } from './exact-rate.ts';

/** Token buckets. @param requests freed in each refillMs */
export function createTokenBucket({ refillMs }: TokenBucket, requests: number): Counter {
  const { unit, rate } = exactRate(requests, refillMs);
  let used = 0;
  let sinceMs = 0;
  let nowMs = 0;
  return {
    get used() {
      return used;
    },
    moveTo(time) {
      nowMs = time;
      if (time <= sinceMs) return;
      used = Math.max(used - (time - sinceMs) * rate, 0);
      sinceMs = time;
    },
    charge(units) {
      used += units;
    },
    giveBack(units) {
      used = Math.max(used - units, 0);
    },
    waitMs(over, need, capacity) {
      let excess = over ? used + need - capacity : used;
      // More than ever fits: a whole bucket's time.
      if (over && need > capacity) excess = Math.max(capacity, unit);
      return Math.ceil(excess / rate) + sinceMs - nowMs;
    },
  };
}
