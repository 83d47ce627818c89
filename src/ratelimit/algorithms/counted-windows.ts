import type { FixedWindow, Quota } from './algorithm.ts';
import type { BucketRequest, BucketState, Check } from './bucket.ts';
import type { Calendar } from './calendar.ts';
import { DistinctKeys } from './distinct-keys.ts';
import { KIND } from './kind.ts';

/** Checks of which every bucket is a window that is charged, whatever is decided: Redis has nothing to do but to count. */
export interface CountedWindows {
  keys: string[];
  /** Of each key. */
  hits: number[];
  /** Of each key: the place of its algorithm. */
  windowOf: number[];
  algorithms: (FixedWindow | Quota)[];
  /** Of each bucket of each check, in their order: the place of its key. */
  places: number[];
}

/** More hits at once go the other way, so that no bucket comes near what lua/window-shape.lua takes for the next window. */
const MOST_HITS = 1e6;

/** @returns undefined where there is more to do than to count */
export function countedWindows(checks: readonly Check[]): CountedWindows | undefined {
  const distinct = new DistinctKeys();
  const counted: CountedWindows = {
    keys: distinct.list,
    hits: [],
    windowOf: [],
    algorithms: [],
    places: [],
  };
  for (const { buckets, dryRun } of checks) {
    if (dryRun) return undefined;
    for (const request of buckets) if (!count(counted, distinct, request)) return undefined;
  }
  return counted;
}

/** @returns whether it can be counted */
function count(
  { hits, windowOf, algorithms, places }: CountedWindows,
  distinct: DistinctKeys,
  request: BucketRequest,
): boolean {
  const { algorithm } = request;
  if (request.denied !== 'consume' || request.hits < 1 || request.hits > MOST_HITS) return false;
  if (algorithm.kind !== 'fixed_window' && algorithm.kind !== 'quota') return false;
  const place = distinct.placeOf(request.key);
  places.push(place);
  if (place < hits.length) {
    hits[place] = (hits[place] as number) + request.hits;
    return true;
  }
  let window = algorithms.indexOf(algorithm);
  if (window === -1) window = algorithms.push(algorithm) - 1;
  hits.push(request.hits);
  windowOf.push(window);
  return true;
}

/** What the script is called with; lua/count-windows.lua says what it means. */
export function encodeCounted(
  { hits, windowOf, algorithms }: CountedWindows,
  time: { nowMs: number | undefined; expiryJitterMs: number },
  calendar: Calendar,
): (string | number)[] {
  const told: (string | number)[] = [time.nowMs ?? '', time.expiryJitterMs, algorithms.length];
  for (const algorithm of algorithms) {
    told.push(KIND[algorithm.kind]);
    if (algorithm.kind === 'fixed_window') told.push(algorithm.windowMs);
    else told.push(...calendar(algorithm.period, algorithm.timeZone, time.nowMs ?? Date.now()));
  }
  for (let place = 0; place < hits.length; place += 1) {
    told.push((windowOf[place] as number) + algorithms.length * (hits[place] as number));
  }
  return told;
}

/** The script's answer: when it has counted, and one list of states for each check, each seeing what those before it took. */
export function decodeCounted(
  checks: readonly Check[],
  { hits, windowOf, algorithms, places }: CountedWindows,
  answer: readonly number[],
): { atMs: number; states: BucketState[][] } {
  const firstCount = 1 + 2 * algorithms.length;
  // What each key held before these checks.
  const used = hits.map((added, place) => Math.abs(answer[firstCount + place] as number) - added);
  let at = 0;
  const states = checks.map(({ buckets }) =>
    buckets.map((request): BucketState => {
      const place = places[at] as number;
      at += 1;
      const count = (used[place] as number) + request.hits;
      used[place] = count;
      const isAhead = (answer[firstCount + place] as number) < 0;
      const waitMs = answer[1 + 2 * (windowOf[place] as number) + (isAhead ? 1 : 0)] as number;
      const over = count > request.limit;
      return {
        over,
        remaining: over ? 0 : request.limit - count,
        used: count,
        resetMs: over ? Math.max(waitMs, 1) : waitMs,
      };
    }),
  );
  return { atMs: answer[0] as number, states };
}
