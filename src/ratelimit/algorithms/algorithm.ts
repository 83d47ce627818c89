/**
 * How the hits of a limit are counted. `requests` is the limit's figure.
 * - `fixed_window`: at most `requests` in each window; windows start at multiples of windowMs since the Unix epoch
 * - `sliding_window`: at most `requests` in every interval of windowMs, wherever it starts
 * - `token_bucket`: `requests` more become free in each refillMs, evenly; at most `burst` are free at once
 * - `concurrency`: at most `requests` leases at the same time; one that is not renewed within leaseMs runs out
 * - `quota`: at most `requests` in each period of the calendar in a time zone; a week starts on Monday (ISO 8601)
 */
export type Algorithm = FixedWindow | SlidingWindow | TokenBucket | Concurrency | Quota;

export interface FixedWindow {
  kind: 'fixed_window';
  windowMs: number;
}

export interface SlidingWindow {
  kind: 'sliding_window';
  windowMs: number;
}

export interface TokenBucket {
  kind: 'token_bucket';
  refillMs: number;
  burst: number;
}

export interface Concurrency {
  kind: 'concurrency';
  leaseMs: number;
}

export interface Quota {
  kind: 'quota';
  period: QuotaPeriod;
  /** A name of the IANA time zone database, such as `Europe/Berlin` or `UTC`. */
  timeZone: string;
}

export type QuotaPeriod = 'day' | 'week' | 'month' | 'year';
