import type { QueueOutlook } from './queue/queue.ts';

/** What the public guide tells its callers to expect of one run, where too few have run to say better. */
const RUN_SECONDS = { low: 30, high: 120 };
/** Fewer runs say nothing about the next one. */
const MIN_RUNS = 10;
/** Shares of the runs that are shorter than the low and than the high end. */
const LOW_SHARE = 0.05;
const HIGH_SHARE = 0.95;
/** How many standard deviations of the wait are allowed for: the same nine in ten. */
const DEVIATIONS = 1.65;

/** Seconds until a job is done, from and to. */
export interface WaitEstimate {
  lowS: number;
  highS: number;
}

/**
 * How long until a job is done, from what the runs before it took and how many of them go first. Meant to be right nine
 * times in ten while jobs come as they did; who comes later and goes first, by a tier's head start, is not foreseen.
 * @param position place among the waiting jobs, 1 for the next; undefined once it runs
 */
export function estimateWait(position: number | undefined, outlook: QueueOutlook): WaitEstimate {
  const places = Math.max(1, outlook.places);
  const runsMs = outlook.durationsMs.toSorted((a, b) => a - b);
  const ahead = jobsAhead(position, outlook, places);
  if (runsMs.length < MIN_RUNS) {
    const rounds = 1 + Math.ceil(ahead / places);
    return { lowS: RUN_SECONDS.low * rounds, highS: RUN_SECONDS.high * rounds };
  }
  const mean = runsMs.reduce((sum, ms) => sum + ms, 0) / runsMs.length;
  const variance = runsMs.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / runsMs.length;
  // The places work through what is ahead together; of their own variances the wait has the sum.
  const waitMs = (ahead * mean) / places;
  const spreadMs = (DEVIATIONS * Math.sqrt(ahead * variance + (ahead > 0 ? mean ** 2 / 12 : 0))) / places;
  const lowMs = Math.max(0, waitMs - spreadMs) + quantile(runsMs, LOW_SHARE);
  const highMs = waitMs + spreadMs + quantile(runsMs, HIGH_SHARE);
  const lowS = Math.floor(lowMs / 1000);
  return { lowS, highS: Math.max(lowS + 1, Math.ceil(highMs / 1000)) };
}

/** Runs that end before this one begins; those that go on are half done on average. */
function jobsAhead(position: number | undefined, { running }: QueueOutlook, places: number): number {
  if (position === undefined) return 0;
  const free = Math.max(0, places - running);
  return position <= free
    ? 0
    : position - free - 1 + (running === 0 ? 0 : Math.max(0.5, running / 2 / places));
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** In words for the caller, such as `30-120 seconds`. */
export function waitText({ lowS, highS }: WaitEstimate): string {
  return `${lowS}-${highS} seconds`;
}
