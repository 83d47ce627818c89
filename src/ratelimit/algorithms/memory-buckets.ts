import { LRUCache } from 'lru-cache';
import { type BucketRequest, type BucketState, type Check, capacityOf, hitUnits } from './bucket.ts';
import { type Calendar, createCalendar } from './calendar.ts';
import { createLeases, type Leases } from './concurrency.ts';
import type { Counter } from './counter.ts';
import { createSlidingWindow } from './sliding-window.ts';
import { createTokenBucket } from './token-bucket.ts';
import { createWindow } from './window.ts';

export interface MemoryBucketsOptions {
  /** Milliseconds since the Unix epoch. */
  now: () => number;
  /** Buckets that are kept; beyond them the one that was asked longest ago is forgotten, and starts empty again. */
  maxBuckets: number;
}

/** Decides checks in their order, in this process. */
export type DecideInMemory = (checks: readonly Check[]) => BucketState[][];

/**
 * Buckets of this process alone, with the algorithms and answers of those in Redis: for what is counted while Redis is
 * away, and for replaying recorded traffic on a clock of its own.
 */
export function createMemoryBuckets({ now, maxBuckets }: MemoryBucketsOptions): DecideInMemory {
  const stored = new LRUCache<string, MemoryBucket>({ max: maxBuckets });
  const calendar = createCalendar();
  const bucketFor = (request: BucketRequest, nowMs: number): MemoryBucket => {
    let bucket = stored.get(request.key);
    if (bucket === undefined) {
      bucket = createBucket(request, calendar);
      stored.set(request.key, bucket);
    }
    bucket.count.moveTo(nowMs);
    return bucket;
  };
  return (checks) => {
    const nowMs = now();
    return checks.map((check) => decideCheck(check, (request) => bucketFor(request, nowMs)));
  };
}

type MemoryBucket = { kind: 'counter'; count: Counter } | { kind: 'leases'; count: Leases };

function createBucket(request: BucketRequest, calendar: Calendar): MemoryBucket {
  if ('lease' in request) return { kind: 'leases', count: createLeases() };
  const { algorithm, limit } = request;
  switch (algorithm.kind) {
    case 'fixed_window':
    case 'quota':
      return { kind: 'counter', count: createWindow(algorithm, calendar) };
    case 'sliding_window':
      return { kind: 'counter', count: createSlidingWindow(algorithm) };
    case 'token_bucket':
      return { kind: 'counter', count: createTokenBucket(algorithm, limit) };
  }
}

/** What one bucket of a check came to. */
interface Asked {
  request: BucketRequest;
  bucket: MemoryBucket;
  /** Units to charge where no bucket of the check refuses. */
  units: number;
  need: number;
  over: boolean;
  /** Of a `consume` bucket: what it held when it was its turn. */
  usedThen: number | undefined;
}

/** Charges what has to be charged, as lua/decide.lua does. */
function decideCheck(
  { buckets, dryRun }: Check,
  bucketFor: (request: BucketRequest) => MemoryBucket,
): BucketState[] {
  const taken = new Map<MemoryBucket, number>();
  /** Leases that will be held by this check. */
  const pending = new Set<string>();
  const asked = buckets.map((request): Asked => {
    const bucket = bucketFor(request);
    const leaseName = 'lease' in request ? `${request.key} ${request.lease}` : '';
    const { units, need } = demand(request, bucket, pending.has(leaseName));
    const before = bucket.count.used + (taken.get(bucket) ?? 0);
    const over = before + need > capacityOf(request) * hitUnits(request);
    const entry: Asked = { request, bucket, units: 0, need, over, usedThen: undefined };
    if (request.hits < 0) {
      if (!dryRun) giveBack(request, bucket);
    } else if (consumes(request) && !dryRun) {
      if (units > 0) charge(request, bucket, units);
      entry.usedThen = bucket.count.used;
    } else if (!over || consumes(request)) {
      taken.set(bucket, (taken.get(bucket) ?? 0) + units);
      entry.units = units;
      if (request.hits > 0) pending.add(leaseName);
    }
    return entry;
  });
  const refused = asked.some(({ over, request }) => over && !request.shadowMode);
  if (!refused && !dryRun) {
    for (const { request, bucket, units, over } of asked) {
      if (!over && request.hits > 0 && !consumes(request)) charge(request, bucket, units);
    }
  }
  return asked.map(stateOf);
}

/** A lease that is refused is never held, so that there is nothing for it to consume. */
function consumes(request: BucketRequest): boolean {
  return request.denied === 'consume' && !('lease' in request);
}

/** How many units a request takes, and how many must fit. */
function demand(
  request: BucketRequest,
  bucket: MemoryBucket,
  isPending: boolean,
): { units: number; need: number } {
  const { hits } = request;
  if (hits < 0) return { units: 0, need: Number.NEGATIVE_INFINITY };
  if ('lease' in request && bucket.kind === 'leases') {
    const places = isPending || bucket.count.isHeld(request.lease) ? 0 : 1;
    // Who has a place already keeps it.
    if (hits > 0) return { units: places, need: places === 0 ? Number.NEGATIVE_INFINITY : 1 };
    return { units: 0, need: 1 };
  }
  const unit = hitUnits(request);
  return { units: hits * unit, need: hits === 0 && request.denied === 'free' ? unit : hits * unit };
}

function charge(request: BucketRequest, bucket: MemoryBucket, units: number): void {
  if (bucket.kind === 'counter') bucket.count.charge(units);
  else if ('lease' in request) bucket.count.acquire(request.lease, request.algorithm);
}

function giveBack(request: BucketRequest, bucket: MemoryBucket): void {
  if (bucket.kind === 'counter')
    bucket.count.giveBack(-request.hits * hitUnits(request), request.chargedAtMs);
  else if ('lease' in request) bucket.count.release(request.lease);
}

function stateOf({ request, bucket, need, over, usedThen }: Asked): BucketState {
  const unit = hitUnits(request);
  const capacity = capacityOf(request);
  const used = Math.ceil((usedThen ?? bucket.count.used) / unit);
  const waitMs =
    'lease' in request && bucket.kind === 'leases'
      ? bucket.count.waitMs(over, request.algorithm)
      : (bucket.count as Counter).waitMs(over, need, capacity * unit);
  return {
    over,
    remaining: Math.max(capacity - used, 0),
    used,
    resetMs: over ? Math.max(waitMs, 1) : waitMs,
  };
}
