import { bindScript, type Redis, type RedisKeys } from '../../redis/index.ts';
import { type Offender, readDescriptor } from './offender.ts';
import type { OffenderCounts } from './offender-counter.ts';

/** Whom all processes' limits have refused most in the last hour. */
export interface OffenderList {
  /** The most refused first. */
  offenders: readonly Offender[];
  /** By how much each `limited` may be too low: at most a 500th of all refusals. */
  error: number;
  /** From when on refusals are counted here, ISO 8601: an hour ago, or up to ten minutes earlier. */
  since: string;
}

export interface SharedOffenders {
  add(counts: OffenderCounts): Promise<void>;
  list(limit: number): Promise<OffenderList>;
  /** As list, of the last ten to twenty minutes, and all that are kept. */
  recent(): Promise<OffenderList>;
}

const SLOT_MS = 600_000;
/** The current one and those that the last hour reaches into. */
const SLOTS = 7;
/** The current one may have begun just now. */
const RECENT_SLOTS = 2;
const CAPACITY = 500;

/**
 * The summary of all processes in Redis: one for each ten minutes, 500 descriptors each, so a MiB or two in all.
 * @param now milliseconds since the epoch
 */
export function createSharedOffenders(
  redis: Redis,
  keys: Pick<RedisKeys, 'offenders'>,
  now: () => number,
  capacity = CAPACITY,
): SharedOffenders {
  const merge = bindScript(redis, new URL('./merge-offenders.lua', import.meta.url));
  const slotAt = (ms: number) => Math.floor(ms / SLOT_MS) * SLOT_MS;
  return {
    async add({ counts, subtracted }) {
      if (counts.length === 0 && subtracted === 0) return;
      const args = counts.flatMap(({ descriptor, limited, passed }) => [descriptor, limited, passed]);
      await merge([keys.offenders(slotAt(now()))], [capacity, SLOTS * SLOT_MS, subtracted, ...args]);
    },
    async list(limit) {
      const list = await read(SLOTS);
      return { ...list, offenders: list.offenders.slice(0, limit) };
    },
    recent: () => read(RECENT_SLOTS),
  };

  async function read(count: number): Promise<OffenderList> {
    const newest = slotAt(now());
    const slots = Array.from({ length: count }, (_, index) => newest - index * SLOT_MS);
    const hashes = await Promise.all(slots.map((slot) => redis.hgetall(keys.offenders(slot))));
    const since = new Date(newest - (count - 1) * SLOT_MS).toISOString();
    return { ...sum(hashes), since };
  }
}

function sum(hashes: readonly Record<string, string>[]): { offenders: Offender[]; error: number } {
  const totals = new Map<string, { limited: number; passed: number }>();
  let error = 0;
  for (const { '': subtracted = '0', ...counts } of hashes) {
    error += Number(subtracted);
    for (const [descriptor, text] of Object.entries(counts)) {
      const [limited = 0, passed = 0] = text.split(':').map(Number);
      const total = totals.get(descriptor) ?? { limited: 0, passed: 0 };
      totals.set(descriptor, { limited: total.limited + limited, passed: total.passed + passed });
    }
  }
  const offenders = [...totals].map(([descriptor, { limited, passed }]) => ({
    ...readDescriptor(descriptor),
    limited,
    passed,
    limitedRatio: limited / (limited + passed),
  }));
  return { offenders: offenders.sort((a, b) => b.limited - a.limited), error };
}
