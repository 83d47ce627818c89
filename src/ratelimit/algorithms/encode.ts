import type { Algorithm } from './algorithm.ts';
import {
  type BucketRequest,
  type BucketState,
  bucketCount,
  type Check,
  capacityOf,
  type DecidedChecks,
  hitUnits,
} from './bucket.ts';
import type { Calendar } from './calendar.ts';
import { DistinctKeys } from './distinct-keys.ts';
import { exactRate } from './exact-rate.ts';
import { KIND } from './kind.ts';
import { slotMs } from './sliding-window.ts';

/** What the script is called with; lua/decide.lua says what it means. */
export interface ScriptCall {
  keys: string[];
  told: (string | number)[];
  /** Whether all buckets are windows, of which the script needs a part only. */
  onlyWindows: boolean;
}

/** What many buckets have in common, so that it is sent once: it halves what Redis has to read for a full batch. */
interface Shape {
  number: number;
  flags: number;
  limit: number;
  hits: number;
  chargedAtMs: number | undefined;
}

/** What a bucket that was asked before adds to the number of its shape, for each place of its key. */
const PLACE = 2 ** 20;

/**
 * Makes checks into a script call.
 * @param time what the script takes for now; undefined for Redis's own clock
 * @param calendar for quotas
 */
export function encodeChecks(
  checks: readonly Check[],
  time: { nowMs: number | undefined; expiryJitterMs: number },
  calendar: Calendar,
): ScriptCall {
  const distinct = new DistinctKeys(bucketCount(checks));
  const buckets: (string | number)[] = [];
  const shapeTold: (string | number)[] = [];
  const shapes = new Map<Algorithm, Shape[]>();
  let shapeCount = 0;
  let onlyWindows = true;

  const shapeNumber = (request: BucketRequest, dryRun: boolean): number => {
    const { algorithm, limit, hits, chargedAtMs } = request;
    const flags = flagsOf(request, dryRun);
    let alike = shapes.get(algorithm);
    if (alike === undefined) {
      alike = [];
      shapes.set(algorithm, alike);
    }
    for (const shape of alike) {
      if (
        shape.limit === limit &&
        shape.hits === hits &&
        shape.flags === flags &&
        shape.chargedAtMs === chargedAtMs
      ) {
        return shape.number;
      }
    }
    shapeCount += 1;
    if (algorithm.kind !== 'fixed_window' && algorithm.kind !== 'quota') onlyWindows = false;
    alike.push({ number: shapeCount, flags, limit, hits, chargedAtMs });
    shapeTold.push(KIND[algorithm.kind], flags, capacityOf(request), hits, chargedAtMs ?? '');
    pushAlgorithm(shapeTold, request, time.nowMs ?? Date.now(), calendar);
    return shapeCount;
  };

  for (const { buckets: asked, dryRun } of checks) {
    const last = asked.length - 1;
    for (let index = 0; index <= last; index += 1) {
      const request = asked[index] as BucketRequest;
      const number = shapeNumber(request, dryRun);
      const known = distinct.count;
      const place = distinct.placeOf(request.key);
      const told = place < known ? number + (place + 1) * PLACE : number;
      buckets.push(index === last ? -told : told);
      if ('lease' in request) buckets.push(request.lease);
    }
  }
  const told = [time.nowMs ?? '', time.expiryJitterMs, shapeCount, ...shapeTold, ...buckets];
  return { keys: distinct.list(), told, onlyWindows };
}

/** The script's answer: when it has decided, and one list of states for each check. */
export function decodeAnswer(checks: readonly Check[], answer: readonly number[]): DecidedChecks {
  let at = 1;
  const states = checks.map(({ buckets }) =>
    buckets.map((request): BucketState => {
      const used = Math.ceil((answer[at] as number) / hitUnits(request));
      const wait = answer[at + 1] as number;
      at += 2;
      return {
        over: wait < 0,
        remaining: Math.max(capacityOf(request) - used, 0),
        used,
        resetMs: Math.abs(wait),
      };
    }),
  );
  return { atMs: answer[0] as number, states };
}

function flagsOf({ denied, shadowMode }: BucketRequest, dryRun: boolean): number {
  return (denied === 'consume' ? 1 : 0) + (shadowMode ? 2 : 0) + (dryRun ? 4 : 0);
}

function pushAlgorithm(
  told: (string | number)[],
  { algorithm, limit }: BucketRequest,
  nowMs: number,
  calendar: Calendar,
): void {
  switch (algorithm.kind) {
    case 'fixed_window':
      told.push(algorithm.windowMs);
      break;
    case 'quota':
      told.push(...calendar(algorithm.period, algorithm.timeZone, nowMs));
      break;
    case 'sliding_window':
      told.push(algorithm.windowMs, slotMs(algorithm.windowMs));
      break;
    case 'token_bucket': {
      const { unit, rate } = exactRate(limit, algorithm.refillMs);
      told.push(unit, rate);
      break;
    }
    case 'concurrency':
      told.push(algorithm.leaseMs);
      break;
  }
}
