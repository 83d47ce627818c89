import { HeavyHitters } from './heavy-hitters.ts';
import { formatDescriptor, type LimitedDescriptor } from './offender.ts';

/** What was counted since the last time. */
export interface OffenderCounts {
  /** Text of formatDescriptor -> how many requests were refused and how many passed. */
  counts: readonly { descriptor: string; limited: number; passed: number }[];
  /** By how much `limited` may be too low, for each of them. */
  subtracted: number;
}

/** Counts for one process whom the limits refuse. A request that nobody is refused costs one look into a map. */
export interface OffenderCounter {
  /** Whether requests that pass are counted for anybody. */
  readonly isWatching: boolean;
  /**
   * @param bucket key of the limit's bucket, which tells descriptors apart
   * @param descriptor only asked for at the first refusal of a bucket
   */
  observe(bucket: string, refused: boolean, descriptor: () => LimitedDescriptor): void;
  /** What was counted since the last drain; begins anew. */
  drain(): OffenderCounts;
}

interface Watched {
  descriptor: string;
  passed: number;
}

/** Descriptors that one process counts between two drains. */
const CAPACITY = 500;
/** Descriptors whose passing requests are counted, because they were refused of late. */
const MAX_WATCHED = 2_000;

/** @param capacity for tests */
export function createOffenderCounter(capacity = CAPACITY): OffenderCounter {
  let hitters = new HeavyHitters(capacity);
  /** In the order of the last refusal, the oldest first. */
  const watched = new Map<string, Watched>();
  /** Not one whose count is still to be told. */
  const forgetOldest = () => {
    for (const bucket of watched.keys()) {
      if (hitters.has(bucket)) continue;
      watched.delete(bucket);
      return;
    }
  };
  return {
    get isWatching() {
      return watched.size > 0;
    },
    observe(bucket, refused, descriptor) {
      const known = watched.get(bucket);
      if (!refused) {
        if (known !== undefined) known.passed += 1;
        return;
      }
      hitters.add(bucket);
      const entry = known ?? { descriptor: formatDescriptor(descriptor()), passed: 0 };
      watched.delete(bucket);
      watched.set(bucket, entry);
      if (watched.size > MAX_WATCHED) forgetOldest();
    },
    drain() {
      const limited = new Map(hitters.entries().map(({ key, count }) => [key, count]));
      const { subtracted } = hitters;
      hitters = new HeavyHitters(capacity);
      const counts: OffenderCounts['counts'][number][] = [];
      for (const [bucket, entry] of watched) {
        const count = limited.get(bucket) ?? 0;
        if (count === 0 && entry.passed === 0) continue;
        counts.push({ descriptor: entry.descriptor, limited: count, passed: entry.passed });
        entry.passed = 0;
      }
      return { counts, subtracted };
    },
  };
}
