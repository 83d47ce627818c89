import type { BucketRequest, BucketState, Check } from '../algorithms/bucket.ts';

/** A check's states, and when it was decided by the store's clock. */
export interface Decided {
  states: readonly BucketState[];
  atMs: number;
}

type Ask = (check: Check) => Promise<Decided>;

/** The buckets of a check that can be decided in one step. */
interface Part {
  check: Check;
  /** Where each of its buckets stands in the whole check. */
  places: readonly number[];
}

interface DecidedPart extends Part, Decided {}

/**
 * Decides a check whose buckets cannot all be decided in one step: each part by itself, at the same time. Where one part
 * refuses, or cannot be asked, the others give back what they were charged. Until then a bucket holds more than it
 * should, never less, so that no limit is passed. A lease may have been held before and so cannot be given back: parts
 * with leases come after the others, and only look where one of those has refused.
 * @param laneOf buckets of one lane can be decided in one step: on Redis Cluster those of one hash slot
 * @throws what asking for a part throws
 */
export async function checkInParts(
  check: Check,
  laneOf: (key: string) => number,
  ask: Ask,
): Promise<readonly BucketState[]> {
  const parts = splitCheck(check, laneOf);
  if (parts.length === 1) return (await ask(check)).states;
  const done: DecidedPart[] = [];
  try {
    await askAll(
      parts.filter((part) => !hasLease(part)),
      ask,
      done,
    );
    const leased = parts.filter(hasLease);
    await askAll(done.some(isRefused) ? leased.map(looking) : leased, ask, done);
  } catch (error) {
    giveBack(done, ask);
    throw error;
  }
  if (done.some(isRefused)) giveBack(done, ask);
  const states: BucketState[] = [];
  for (const part of done) {
    for (const [index, place] of part.places.entries()) states[place] = part.states[index] as BucketState;
  }
  return states;
}

/** @throws what one of them throws, when all have come to an end; those that were decided are in `done` then as well */
async function askAll(parts: readonly Part[], ask: Ask, done: DecidedPart[]): Promise<void> {
  const outcomes = await Promise.allSettled(
    parts.map(async (part) => void done.push({ ...part, ...(await ask(part.check)) })),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

function splitCheck({ buckets, dryRun }: Check, laneOf: (key: string) => number): Part[] {
  const parts = new Map<number, { buckets: BucketRequest[]; places: number[] }>();
  for (const [place, bucket] of buckets.entries()) {
    const lane = laneOf(bucket.key);
    const part = parts.get(lane) ?? { buckets: [], places: [] };
    parts.set(lane, part);
    part.buckets.push(bucket);
    part.places.push(place);
  }
  return [...parts.values()].map((part) => ({
    check: { buckets: part.buckets, dryRun },
    places: part.places,
  }));
}

function hasLease({ check }: Part): boolean {
  return check.buckets.some((bucket) => 'lease' in bucket);
}

function looking({ check, places }: Part): Part {
  return { check: { ...check, dryRun: true }, places };
}

function isRefused({ check, states }: DecidedPart): boolean {
  return states.some(({ over }, index) => over && !check.buckets[index]?.shadowMode);
}

/** What cannot be given back, because the store has failed meanwhile, counts until its window ends. */
function giveBack(done: readonly DecidedPart[], ask: Ask): void {
  for (const part of done) {
    const refund = refundOf(part);
    if (refund !== undefined) ask(refund).catch(() => {});
  }
}

function refundOf(part: DecidedPart): Check | undefined {
  if (part.check.dryRun || isRefused(part)) return undefined;
  const buckets = part.check.buckets
    .filter((bucket, index) => bucket.denied === 'free' && bucket.hits > 0 && !part.states[index]?.over)
    .filter((bucket) => !('lease' in bucket))
    .map((bucket): BucketRequest => ({ ...bucket, hits: -bucket.hits, chargedAtMs: part.atMs }));
  return buckets.length === 0 ? undefined : { buckets, dryRun: false };
}
