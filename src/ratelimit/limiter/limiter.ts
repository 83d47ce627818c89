import type { BucketState, Check, DecideTimed } from '../algorithms/bucket.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { checkInParts, type Decided } from './split-check.ts';
import { StoreError, storeFailure } from './store-error.ts';
import { createTickBatch } from './tick-batch.ts';

/** Decides checks in the store. */
export interface Limiter {
  /** @throws where the store fails or does not answer in time (see storeFailure), and what is a bug */
  check(check: Check): Promise<readonly BucketState[]>;
  /** Nodes of the store that are not asked now, because they did not answer. */
  unanswering(): string[];
}

/** How a store is laid out, where it is more than one place. */
export interface Lanes {
  /** Buckets of one lane are decided in one step: on Redis Cluster those of one hash slot. */
  laneOf(key: string): number;
  /** Which node has a lane now. */
  nodeOf(lane: number): string;
}

export interface LimiterOptions {
  decide: DecideTimed;
  /** Absent: the store is one place. */
  lanes?: Lanes | undefined;
  /** Longest wait for the store. */
  deadlineMs: number;
  breaker: { lateAnswers: number; retryMs: number };
  /** Monotonic, in milliseconds. */
  now: () => number;
  /** Learns how each call of the store went: how many checks it held, and how long it took. */
  onCall?: (checks: number, elapsedMs: number) => void;
}

/**
 * Redis serves nobody else while a script runs. 100 checks of two new buckets each were measured (median of 250 calls, Redis's
 * own count) at 0.6 ms for fixed windows, 0.7 ms for token buckets and sliding windows, 1.8 ms for leases.
 */
const MAX_BUCKETS_PER_CALL = 200;

/**
 * All checks of one event-loop tick go to the store in one call; on Redis Cluster one for each hash slot. A check whose
 * buckets lie in several slots is decided in each of them, and gives back where another one refused.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  const { decide, lanes, deadlineMs, now, onCall } = options;
  /** One for each node that the store has. */
  const breakers = new Map<string, Breaker>();
  const breakerOf = (lane: number): Breaker => {
    const node = lanes?.nodeOf(lane) ?? '';
    let breaker = breakers.get(node);
    if (breaker === undefined) {
      breaker = createBreaker({ ...options.breaker, now });
      breakers.set(node, breaker);
    }
    return breaker;
  };

  const run: (checks: readonly Check[], lane: number) => ReturnType<DecideTimed> = async (checks, lane) => {
    const breaker = breakerOf(lane);
    if (!breaker.admits()) {
      throw new StoreError('breaker', 'Redis is not asked now, because it did not answer in time');
    }
    const startedAt = now();
    try {
      const decided = await withDeadline(decide(checks), deadlineMs);
      breaker.answered();
      return decided;
    } catch (error) {
      if (storeFailure(error) === 'late') breaker.late(checks.length);
      else breaker.answered();
      throw error;
    } finally {
      onCall?.(checks.length, now() - startedAt);
    }
  };

  const unanswering = () => [...breakers].filter(([, { isOpen }]) => isOpen).map(([node]) => node);
  const size = { sizeOf: ({ buckets }: Check) => buckets.length, maxSize: MAX_BUCKETS_PER_CALL };
  if (lanes === undefined) {
    const check = createTickBatch({
      ...size,
      laneOf: () => 0,
      run: async (checks: readonly Check[], lane) => (await run(checks, lane)).states,
    });
    return { check, unanswering };
  }
  const ask = createTickBatch({
    ...size,
    laneOf: ({ buckets }) => lanes.laneOf(buckets[0]?.key ?? ''),
    run: async (checks: readonly Check[], lane): Promise<Decided[]> => {
      const { atMs, states } = await run(checks, lane);
      return states.map((each) => ({ states: each, atMs }));
    },
  });
  return { check: (check) => checkInParts(check, (key) => lanes.laneOf(key), ask), unanswering };
}

async function withDeadline<Result>(answer: Promise<Result>, deadlineMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StoreError('late', `Redis did not answer in ${deadlineMs} ms`)),
      deadlineMs,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
