import type { FixedWindow, Quota } from './algorithm.ts';
import {
  type BucketRequest,
  type BucketState,
  bucketCount,
  type Check,
  type DecidedChecks,
} from './bucket.ts';
import type { Calendar } from './calendar.ts';
import { DistinctKeys } from './distinct-keys.ts';
import { KIND } from './kind.ts';
import { beginList, endList, writeItem } from './message-pack.ts';

/** Checks of which every bucket is a window that is charged, whatever is decided: Redis has nothing to do but to count. */
export interface CountedWindows {
  keys: readonly string[];
  /** Of each key, and after them room for more. */
  hits: readonly number[];
  /** Of each key: the place of its algorithm. */
  windowOf: readonly number[];
  algorithms: (FixedWindow | Quota)[];
  /** Of each bucket of each check, in their order: the place of its key. */
  places: readonly number[];
}

/** More hits at once go the other way, so that no bucket comes near what lua/window-shape.lua takes for the next window. */
const MOST_HITS = 1e6;

/** @returns undefined where there is more to do than to count */
export function countedWindows(checks: readonly Check[]): CountedWindows | undefined {
  const most = bucketCount(checks);
  const distinct = new DistinctKeys(most);
  const hits = new Array<number>(most);
  const windowOf = new Array<number>(most);
  const places = new Array<number>(most);
  let algorithms: CountedWindows['algorithms'] | undefined;
  let asked = 0;
  for (const { buckets, dryRun } of checks) {
    if (dryRun) return undefined;
    for (const request of buckets) {
      const { algorithm } = request;
      if (request.denied !== 'consume' || request.hits < 1 || request.hits > MOST_HITS) return undefined;
      if (algorithm.kind !== 'fixed_window' && algorithm.kind !== 'quota') return undefined;
      const known = distinct.count;
      const place = distinct.placeOf(request.key);
      places[asked] = place;
      asked += 1;
      if (place < known) {
        hits[place] = (hits[place] as number) + request.hits;
        continue;
      }
      algorithms ??= [algorithm];
      let window = algorithms.indexOf(algorithm);
      if (window === -1) window = algorithms.push(algorithm) - 1;
      hits[place] = request.hits;
      windowOf[place] = window;
    }
  }
  return { keys: distinct.list(), hits, windowOf, algorithms: algorithms ?? [], places };
}

/** What the script is called with; lua/count-windows.lua says what it means. @returns as endList does */
export function encodeCounted(
  { keys, hits, windowOf, algorithms }: CountedWindows,
  time: { nowMs: number | undefined; expiryJitterMs: number },
  calendar: Calendar,
): Buffer {
  beginList();
  writeItem(time.nowMs ?? '');
  writeItem(time.expiryJitterMs);
  writeItem(algorithms.length);
  for (const algorithm of algorithms) {
    writeItem(KIND[algorithm.kind]);
    if (algorithm.kind === 'fixed_window') writeItem(algorithm.windowMs);
    else
      for (const boundMs of calendar(algorithm.period, algorithm.timeZone, time.nowMs ?? Date.now()))
        writeItem(boundMs);
  }
  for (let place = 0; place < keys.length; place += 1) {
    writeItem((windowOf[place] as number) + algorithms.length * (hits[place] as number));
  }
  return endList();
}

/** The script's answer: when it has counted, and one list of states for each check, each seeing what those before it took. */
export function decodeCounted(
  checks: readonly Check[],
  { keys, hits, windowOf, algorithms, places }: CountedWindows,
  answer: readonly number[],
): DecidedChecks {
  const firstCount = 1 + 2 * algorithms.length;
  // What each key held before these checks.
  const used = new Array<number>(keys.length);
  for (let place = 0; place < keys.length; place += 1) {
    used[place] = Math.abs(answer[firstCount + place] as number) - (hits[place] as number);
  }
  let at = 0;
  const states = new Array<BucketState[]>(checks.length);
  for (let index = 0; index < checks.length; index += 1) {
    const { buckets } = checks[index] as Check;
    const ofCheck = new Array<BucketState>(buckets.length);
    for (let bucket = 0; bucket < buckets.length; bucket += 1) {
      const { hits: added, limit } = buckets[bucket] as BucketRequest;
      const place = places[at] as number;
      at += 1;
      const count = (used[place] as number) + added;
      used[place] = count;
      const isAhead = (answer[firstCount + place] as number) < 0;
      const waitMs = answer[1 + 2 * (windowOf[place] as number) + (isAhead ? 1 : 0)] as number;
      const over = count > limit;
      ofCheck[bucket] = {
        over,
        remaining: over ? 0 : limit - count,
        used: count,
        resetMs: over ? Math.max(waitMs, 1) : waitMs,
      };
    }
    states[index] = ofCheck;
  }
  return { atMs: answer[0] as number, states };
}
