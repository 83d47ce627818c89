import type { BucketState, Check, DecideChecks } from '../algorithms/bucket.ts';
import { createTickBatch } from './tick-batch.ts';

export interface LimiterOptions {
  decide: DecideChecks;
  /** Longest wait for the store. */
  deadlineMs: number;
}

/** Charges a request's buckets, all of them or none. */
export interface Limiter {
  /**
   * @param domain the checks of one domain and one event-loop tick go to Redis in one call; its keys share a slot
   * @throws where the store fails or does not answer in time
   */
  check(domain: string, check: Check): Promise<readonly BucketState[]>;
}

/** Redis serves nobody else while a script runs; this many checks of two new buckets each were measured at 2.5 ms. */
const MAX_CHECKS_PER_CALL = 100;

export function createLimiter({ decide, deadlineMs }: LimiterOptions): Limiter {
  /** One for each domain that the rules know, so as many as the files define. */
  const batches = new Map<string, (check: Check) => Promise<readonly BucketState[]>>();
  const run = (checks: readonly Check[]) => withDeadline(decide(checks), deadlineMs);
  return {
    check(domain, check) {
      let batch = batches.get(domain);
      if (batch === undefined) {
        batch = createTickBatch({ run, maxItems: MAX_CHECKS_PER_CALL });
        batches.set(domain, batch);
      }
      return batch(check);
    },
  };
}

async function withDeadline<Result>(answer: Promise<Result>, deadlineMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer in ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
