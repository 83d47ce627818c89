/** What one descriptor asks of its bucket. */
export interface BucketRequest {
  key: string;
  limit: number;
  windowMs: number;
  /** 0 asks without counting; a negative number gives hits back. */
  hits: number;
  /** Counts up to the limit, but never refuses. */
  shadowMode: boolean;
}

/** A bucket after a check. */
export interface BucketState {
  /** Whether the limit has no room for the hits; for 0 hits, whether it has room for none at all. */
  over: boolean;
  remaining: number;
  /** Until the window ends. */
  resetMs: number;
}

/** The buckets that one request is counted in: it is charged to all of them or to none. */
export type Check = readonly BucketRequest[];

/** Decides checks that share a hash slot, in their order; one list of states for each, in the order of its buckets. */
export type DecideChecks = (checks: readonly Check[]) => Promise<BucketState[][]>;
