import type { Algorithm, BucketRequest, BucketState, Check, QuotaPeriod } from '../../src/ratelimit/index.ts';

/** Hits that were charged, or given back where they are negative. */
interface Entry {
  atMs: number;
  hits: number;
}

interface Lease {
  name: string;
  untilMs: number;
}

/** Everything that happened to one bucket. */
interface History {
  entries: Entry[];
  leases: Lease[];
}

/**
 * What buckets answer by their definitions, worked out anew for every question from plain lists of what was charged
 * when. Slow, and shares no arithmetic with what it is the model of.
 * @param now milliseconds since the Unix epoch; must not step back
 */
export function createReferenceBuckets(now: () => number): (check: Check) => BucketState[] {
  const histories = new Map<string, History>();
  const historyOf = (key: string): History => {
    const history = histories.get(key) ?? { entries: [], leases: [] };
    histories.set(key, history);
    return history;
  };

  return ({ buckets, dryRun }) => {
    const nowMs = now();
    /** Of this check: what is charged at its end, unless a bucket refuses. */
    const hoped: { request: BucketRequest; hits: number }[] = [];
    const verdicts = buckets.map((request) => {
      const history = historyOf(request.key);
      const hopedHits = hoped
        .filter((other) => other.request.key === request.key)
        .reduce((sum, { hits }) => sum + hits, 0);
      const isHoped = hoped.some(
        (other) =>
          'lease' in request &&
          'lease' in other.request &&
          other.request.lease === request.lease &&
          other.request.key === request.key,
      );
      const over = isOver(request, history, hopedHits, isHoped, nowMs);
      const always = request.hits < 0 || (request.denied === 'consume' && !('lease' in request));
      if (always && !dryRun) apply(request, history, nowMs);
      else if (request.hits > 0 && (always || !over)) {
        const holds = isHoped || ('lease' in request && isHeld(history, request.lease, nowMs));
        hoped.push({ request, hits: 'lease' in request ? Number(!holds) : request.hits });
      }
      return {
        over,
        usedThen: request.hits >= 0 && always && !dryRun ? usedAt(request, history, nowMs) : undefined,
      };
    });
    const refused = buckets.some(({ shadowMode }, index) => verdicts[index]?.over && !shadowMode);
    if (!refused && !dryRun) for (const { request } of hoped) apply(request, historyOf(request.key), nowMs);
    return buckets.map((request, index) => {
      const { over, usedThen } = verdicts[index] as (typeof verdicts)[number];
      const history = historyOf(request.key);
      const used = Math.ceil(usedThen ?? usedAt(request, history, nowMs));
      return {
        over,
        remaining: Math.max(capacity(request) - used, 0),
        used,
        resetMs: resetMs(request, history, over, nowMs),
      };
    });
  };
}

function capacity({ algorithm, limit }: BucketRequest): number {
  return algorithm.kind === 'token_bucket' && limit > 0 ? algorithm.burst : limit;
}

function isHeld({ leases }: History, lease: string, nowMs: number): boolean {
  return leases.some(({ name, untilMs }) => name === lease && untilMs > nowMs);
}

function isOver(
  request: BucketRequest,
  history: History,
  hopedHits: number,
  isHoped: boolean,
  nowMs: number,
): boolean {
  const { hits, denied } = request;
  if (hits < 0) return false;
  const used = usedAt(request, history, nowMs) + hopedHits;
  if ('lease' in request) {
    if (hits > 0 && (isHoped || isHeld(history, request.lease, nowMs))) return false;
    return used + 1 > request.limit;
  }
  return used + (hits === 0 && denied === 'free' ? 1 : hits) > capacity(request);
}

function apply(request: BucketRequest, history: History, nowMs: number): void {
  const { hits } = request;
  if (hits === 0) return;
  if ('lease' in request) {
    history.leases = history.leases.filter(({ name }) => name !== request.lease);
    const untilMs = nowMs + request.algorithm.leaseMs;
    if (hits > 0) history.leases.push({ name: request.lease, untilMs });
    return;
  }
  if (hits > 0 || request.algorithm.kind === 'token_bucket') {
    history.entries.push({ atMs: nowMs, hits });
    return;
  }
  // The hits that were charged last, of those that still count, are taken back.
  for (let left = -hits; left > 0; left -= 1) {
    const index = history.entries.findLastIndex((entry) => counts(request.algorithm, entry.atMs, nowMs));
    const entry = history.entries[index];
    if (entry === undefined) return;
    entry.hits -= 1;
    if (entry.hits === 0) history.entries.splice(index, 1);
  }
}

/** Hits that a bucket holds; of a token bucket also parts of them. */
function usedAt({ algorithm, limit }: BucketRequest, { entries, leases }: History, nowMs: number): number {
  if (algorithm.kind === 'concurrency') return leases.filter(({ untilMs }) => untilMs > nowMs).length;
  if (algorithm.kind === 'token_bucket')
    return tokensUsed(entries, Math.max(limit, 1), algorithm.refillMs, nowMs);
  return entries.reduce((sum, { atMs, hits }) => sum + (counts(algorithm, atMs, nowMs) ? hits : 0), 0);
}

/** Whether a hit of one time still counts at another. */
function counts(algorithm: Algorithm, atMs: number, nowMs: number): boolean {
  switch (algorithm.kind) {
    case 'fixed_window':
      return Math.floor(atMs / algorithm.windowMs) === Math.floor(nowMs / algorithm.windowMs);
    case 'quota':
      return (
        periodName(algorithm.period, algorithm.timeZone, atMs) ===
        periodName(algorithm.period, algorithm.timeZone, nowMs)
      );
    case 'sliding_window': {
      const slotMs = Math.ceil(algorithm.windowMs / 20);
      const slotEndMs = (Math.floor(atMs / slotMs) + 1) * slotMs;
      return nowMs - slotEndMs < algorithm.windowMs;
    }
    default:
      throw new Error(`${algorithm.kind} has no windows`);
  }
}

/** A name for the period that a time lies in, by the date that a calendar on the wall shows. */
function periodName(period: QuotaPeriod, timeZone: string, atMs: number): string {
  const date = wallCalendar(timeZone).format(atMs);
  if (period === 'year') return date.slice(0, 4);
  if (period === 'month') return date.slice(0, 7);
  if (period === 'day') return date;
  const days = Date.parse(date) / 86_400_000;
  // Day 0 was a Thursday.
  return `week ${Math.floor((days + 3) / 7)}`;
}

const wallCalendars = new Map<string, Intl.DateTimeFormat>();

function wallCalendar(timeZone: string): Intl.DateTimeFormat {
  const known = wallCalendars.get(timeZone);
  if (known !== undefined) return known;
  const created = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  wallCalendars.set(timeZone, created);
  return created;
}

/** In exact fractions: refillMs units make one hit, and each millisecond frees `limit` of them. */
function tokensUsed(entries: readonly Entry[], limit: number, refillMs: number, nowMs: number): number {
  const unit = BigInt(refillMs);
  let used = 0n;
  let since = 0;
  const moveTo = (atMs: number) => {
    const left = used - BigInt(atMs - since) * BigInt(limit);
    used = left > 0n ? left : 0n;
    since = atMs;
  };
  for (const { atMs, hits } of entries) {
    moveTo(atMs);
    used += BigInt(hits) * unit;
    if (used < 0n) used = 0n;
  }
  moveTo(nowMs);
  return Number(used) / refillMs;
}

/** The first moment at which what resetMs promises is true, looked for in all that can be it. */
function resetMs(request: BucketRequest, history: History, over: boolean, nowMs: number): number {
  const { algorithm, hits, denied } = request;
  const need = 'lease' in request || (hits === 0 && denied === 'free') ? 1 : hits;
  const isReset = (atMs: number): boolean => {
    const used = usedAt(request, history, atMs);
    return over ? used + need <= capacity(request) : used === 0;
  };
  switch (algorithm.kind) {
    case 'fixed_window':
      return algorithm.windowMs - (nowMs % algorithm.windowMs);
    case 'quota':
      return firstTrue(nowMs, nowMs + 400 * 86_400_000, (atMs) => !counts(algorithm, nowMs, atMs)) - nowMs;
    case 'sliding_window':
    case 'token_bucket': {
      const windowMs = algorithm.kind === 'sliding_window' ? algorithm.windowMs : algorithm.refillMs;
      const never = over && need > capacity(request);
      const empty = usedAt(request, history, nowMs) === 0;
      if (algorithm.kind === 'sliding_window' && never && empty) return windowMs;
      if (algorithm.kind === 'token_bucket' && never) {
        return Math.ceil((Math.max(capacity(request), 1) * windowMs) / Math.max(request.limit, 1));
      }
      const test = never ? (atMs: number) => usedAt(request, history, atMs) === 0 : isReset;
      const at = firstTrue(nowMs, nowMs + 1000 * windowMs, test);
      return over ? Math.max(at - nowMs, 1) : at - nowMs;
    }
    case 'concurrency': {
      const ends = history.leases
        .filter(({ untilMs }) => untilMs > nowMs)
        .map(({ untilMs }) => untilMs - nowMs);
      if (ends.length === 0) return over ? algorithm.leaseMs : 0;
      return over ? Math.min(...ends) : Math.max(...ends);
    }
  }
}

/** By halving: what is true once stays true. */
function firstTrue(fromMs: number, toMs: number, isTrue: (atMs: number) => boolean): number {
  let [low, high] = [fromMs, toMs];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isTrue(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
