import { LRUCache } from 'lru-cache';
import type { BucketRequest, BucketState, Check } from '../algorithms/bucket.ts';
import type { Limiter } from './limiter.ts';

export interface LocalCacheOptions {
  limiter: Limiter;
  /** What keys may take in memory; the one asked longest ago is forgotten first. */
  maxBytes: number;
  /** Monotonic, in milliseconds. */
  now: () => number;
  /** Learns of buckets that were known to be full. */
  onHit: (buckets: number) => void;
}

interface Full {
  untilMs: number;
  /** What it was full by: under a higher limit there may be room. */
  limit: number;
}

/** Of an entry besides its key, roughly. */
const ENTRY_BYTES = 64;

/**
 * Remembers which buckets are full until their window ends, so that who goes on asking is refused without Redis. Only
 * windows and quotas are remembered: in the other algorithms room comes back little by little. A raised limit
 * is seen at once; a refund or a reset elsewhere when the window ends.
 */
export function createLocalCache({ limiter, maxBytes, now, onHit }: LocalCacheOptions): Limiter {
  const fullUntil = new LRUCache<string, Full>({
    maxSize: maxBytes,
    sizeCalculation: (_, key) => key.length + ENTRY_BYTES,
  });

  const knownState = (bucket: BucketRequest): BucketState | undefined => {
    if (bucket.hits < 0) {
      fullUntil.delete(bucket.key);
      return undefined;
    }
    const full = fullUntil.get(bucket.key);
    if (full === undefined) return undefined;
    const resetMs = full.untilMs - now();
    if (resetMs > 0 && bucket.limit <= full.limit) {
      // As where it was charged beyond its limit: all of these hits are over it.
      const used = bucket.limit + (bucket.denied === 'consume' ? bucket.hits : 0);
      return { over: true, remaining: 0, used, resetMs };
    }
    fullUntil.delete(bucket.key);
    return undefined;
  };

  const remember = (buckets: readonly BucketRequest[], states: readonly BucketState[]) => {
    for (const [index, { key, limit, hits, algorithm }] of buckets.entries()) {
      const state = states[index];
      if (!state?.over || state.remaining > 0 || hits <= 0) continue;
      if (algorithm.kind !== 'fixed_window' && algorithm.kind !== 'quota') continue;
      fullUntil.set(key, { untilMs: now() + state.resetMs, limit });
    }
  };

  const ask = async (buckets: readonly BucketRequest[], dryRun: boolean): Promise<readonly BucketState[]> => {
    if (buckets.length === 0) return [];
    const states = await limiter.check({ buckets, dryRun });
    if (!dryRun) remember(buckets, states);
    return states;
  };

  return {
    unanswering: limiter.unanswering,
    async check(check: Check) {
      if (check.dryRun) return limiter.check(check);
      const known = check.buckets.map(knownState);
      const hits = known.filter((state) => state !== undefined).length;
      if (hits === 0) return ask(check.buckets, false);
      onHit(hits);
      const refused = check.buckets.some(
        ({ shadowMode }, index) => known[index] !== undefined && !shadowMode,
      );
      const unknown = check.buckets.filter((_, index) => known[index] === undefined);
      // What is charged in any case is charged; the rest only looks where the request is refused already.
      const [consuming, free] = [
        unknown.filter(({ denied }) => denied === 'consume'),
        unknown.filter(({ denied }) => denied === 'free'),
      ];
      const [consumingStates, freeStates] = await Promise.all([ask(consuming, false), ask(free, refused)]);
      const answered = new Map<BucketRequest, BucketState | undefined>([
        ...consuming.map((bucket, index) => [bucket, consumingStates[index]] as const),
        ...free.map((bucket, index) => [bucket, freeStates[index]] as const),
      ]);
      return check.buckets.map((bucket, index) => {
        const state = known[index] ?? answered.get(bucket);
        if (state === undefined) throw new Error(`no state for bucket ${index} of ${check.buckets.length}`);
        return state;
      });
    },
  };
}
