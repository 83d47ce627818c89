import { LRUCache } from 'lru-cache';
import { AuthzError } from '../errors.ts';
import { type KnownKey, knownKey } from './known-key.ts';
import type { ApiKeyStore } from './store.ts';

/** How a lookup was answered. `stale`: from memory, because the store is away. */
export type LookupSource = 'memory' | 'store' | 'stale';

export interface KeyLookup {
  /**
   * Finds a key: at once where it is remembered, else in the store.
   * @returns undefined when there is no such key
   * @throws what the store throws
   */
  find(apiKey: string): KnownKey | undefined | Promise<KnownKey | undefined>;
  /** Forgets one key, as it was changed. @param digest of the key */
  forget(digest: string): void;
  forgetAll(): void;
  /** Keys that are remembered, those that do not exist among them. */
  size(): number;
}

export interface KeyLookupOptions {
  store: Pick<ApiKeyStore, 'digest' | 'find'>;
  /** Whether every change is heard of, so that what is remembered is as good as the store's. */
  isCurrent(): boolean;
  /** Longest time that anything is taken from memory, whatever is heard or not. */
  ttlMs: number;
  /** Keys that are remembered, and as many that do not exist. */
  maxEntries: number;
  /** Milliseconds of a clock that never steps back. */
  now(): number;
  onLookup(source: LookupSource): void;
}

/** That there is no such key is worth less memory, and an announcement that got lost costs a new client less. */
const UNKNOWN_TTL_MS = 5_000;

interface Remembered {
  key: KnownKey | undefined;
  readAtMs: number;
}

interface Flight {
  result: Promise<KnownKey | undefined>;
  /** The key was changed after it was asked for: the answer may be of before, and is not remembered. */
  isOutdated: boolean;
}

/**
 * Looks API keys up through a bounded memory. While changes are heard of, what is remembered counts as long as ttlMs.
 * While they are not, the store is asked each time; and if that is away as well, what was read less than ttlMs ago
 * still counts. Keys are remembered under their digest.
 */
export function createKeyLookup(options: KeyLookupOptions): KeyLookup {
  const { store, isCurrent, ttlMs, maxEntries, now, onLookup } = options;
  // Apart, so that made-up keys do not displace real ones.
  const known = new LRUCache<string, Remembered>({ max: maxEntries });
  const unknown = new LRUCache<string, Remembered>({ max: maxEntries });
  const flights = new Map<string, Flight>();

  const isFresh = ({ key, readAtMs }: Remembered) =>
    now() - readAtMs < (key === undefined ? Math.min(ttlMs, UNKNOWN_TTL_MS) : ttlMs);

  async function fly(digest: string, flight: Flight): Promise<KnownKey | undefined> {
    const readAtMs = now();
    try {
      const record = await store.find(digest);
      const key = record && knownKey(record);
      if (!flight.isOutdated) {
        (key === undefined ? known : unknown).delete(digest);
        (key === undefined ? unknown : known).set(digest, { key, readAtMs });
      }
      return key;
    } finally {
      if (flights.get(digest) === flight) flights.delete(digest);
    }
  }

  /** Those who ask for the same key at the same time share one question. */
  function ask(digest: string): Promise<KnownKey | undefined> {
    const underway = flights.get(digest);
    if (underway !== undefined) return underway.result;
    const flight: Flight = { result: Promise.resolve(undefined), isOutdated: false };
    flights.set(digest, flight);
    flight.result = fly(digest, flight);
    return flight.result;
  }

  async function askOr(remembered: Remembered | undefined, digest: string): Promise<KnownKey | undefined> {
    try {
      const key = await ask(digest);
      onLookup('store');
      return key;
    } catch (error) {
      const isAway = !(error instanceof AuthzError);
      if (!isAway || remembered?.key === undefined || !isFresh(remembered)) throw error;
      // Not if it was forgotten meanwhile: the change that did that counts.
      if (known.peek(digest) !== remembered) throw error;
      onLookup('stale');
      return remembered.key;
    }
  }

  function outdate(flight: Flight | undefined): void {
    if (flight !== undefined) flight.isOutdated = true;
  }

  return {
    find(apiKey) {
      const digest = store.digest(apiKey);
      const remembered = known.get(digest) ?? unknown.get(digest);
      if (remembered !== undefined && isFresh(remembered) && isCurrent()) {
        onLookup('memory');
        return remembered.key;
      }
      return askOr(remembered, digest);
    },
    forget(digest) {
      known.delete(digest);
      unknown.delete(digest);
      outdate(flights.get(digest));
      flights.delete(digest);
    },
    forgetAll() {
      known.clear();
      unknown.clear();
      for (const flight of flights.values()) outdate(flight);
      flights.clear();
    },
    size: () => known.size + unknown.size,
  };
}
