import type { Algorithm, Concurrency } from './algorithm.ts';
import { exactRate } from './exact-rate.ts';

/** What one limit of a request asks of its bucket. */
export type BucketRequest = CountedRequest | LeaseRequest;

interface AnyRequest {
  /** Buckets of different algorithms, windows or limits of one descriptor never share a key. */
  key: string;
  /** The limit's requests, 0 to 2^32 - 1. 0 refuses everything. */
  limit: number;
  /**
   * - `free`: charged only where no bucket of the check refuses
   * - `consume`: charged always, also beyond its limit, as envoyproxy/ratelimit does; also for what is charged
   *   afterwards, such as the tokens that an answer took
   */
  denied: 'free' | 'consume';
  /** Counts, but never refuses: `free` up to the limit, `consume` beyond it. */
  shadowMode: boolean;
  /** 0 asks without counting; a negative number gives hits back, whatever the other buckets say. */
  hits: number;
  /**
   * Of hits to give back, when they were charged by the store's clock, in milliseconds since the Unix epoch: nothing is
   * given back to a window that began later. Absent: they are given back to the window of now.
   */
  chargedAtMs?: number;
}

export interface CountedRequest extends AnyRequest {
  algorithm: Exclude<Algorithm, Concurrency>;
}

/**
 * One place of those that run at the same time. Positive hits take it, or keep it for another leaseMs where the lease
 * has it already; negative hits let it go. A lease has one place, however many hits.
 */
export interface LeaseRequest extends AnyRequest {
  algorithm: Concurrency;
  /** Names who holds the place, such as a request id. */
  lease: string;
}

/** The buckets that one request is counted in, decided together. */
export interface Check {
  buckets: readonly BucketRequest[];
  /** Says what would be decided and charges nothing: for explaining, and for looking at what is left. */
  dryRun: boolean;
}

/** A bucket after a check. */
export interface BucketState {
  /**
   * Whether the limit has no room for the hits. For 0 hits: of a `free` bucket whether it has room for none at all, of a
   * `consume` bucket whether more than the limit was counted (as envoyproxy/ratelimit answers).
   */
  over: boolean;
  /** Hits that the limit, or the burst, still has room for. */
  remaining: number;
  /** Hits counted now; of a `consume` bucket it may be above the limit. After a dry run: as it is, uncharged. */
  used: number;
  /**
   * Of a window: until it ends. Of the others where they are over: until there is room for the hits (the longest
   * wait that can help where there never will be), else until nothing is counted any more.
   */
  resetMs: number;
}

/**
 * Decides checks in their order, each seeing what those before it took; one list of states for each, in the order of its
 * buckets. One call is one atomic step where all keys share a hash slot or Redis is no cluster.
 */
export type DecideChecks = (checks: readonly Check[]) => Promise<BucketState[][]>;

/** What became of checks, and when by the store's clock, in milliseconds since the Unix epoch. */
export interface DecidedChecks {
  atMs: number;
  /** One list for each check, in the order of its buckets. */
  states: BucketState[][];
}

/** Who asks for a decision, and hears of it or of its failure once. It must not throw. */
export interface Asker {
  decided(decided: DecidedChecks): void;
  failed(error: unknown): void;
}

/** As DecideChecks, with the time of the decision, and without a promise: it is asked with every request. */
export type DecideTimed = (checks: readonly Check[], asker: Asker) => void;

export function bucketCount(checks: readonly Check[]): number {
  let count = 0;
  for (const { buckets } of checks) count += buckets.length;
  return count;
}

/** Hits that a bucket can hold. */
export function capacityOf({ algorithm, limit }: BucketRequest): number {
  if (algorithm.kind !== 'token_bucket') return limit;
  return limit === 0 ? 0 : algorithm.burst;
}

/** Units that one hit is counted as: of a token bucket as many as make its rate a whole number. */
export function hitUnits({ algorithm, limit }: BucketRequest): number {
  return algorithm.kind === 'token_bucket' ? exactRate(limit, algorithm.refillMs).unit : 1;
}
