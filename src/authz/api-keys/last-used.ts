import { LRUCache } from 'lru-cache';
import { type ApiKeyStore, LAST_USED_EVERY_MS } from './store.ts';

/** Keeps track of when keys were last used, coarsely and in batches, so that no check waits for it. */
export interface LastUsed {
  /** A key was used just now. */
  touch(keyId: string): void;
  /** Writes what is not written yet, and stops. */
  close(): Promise<void>;
}

export interface LastUsedOptions {
  store: Pick<ApiKeyStore, 'recordUses'>;
  /** Keys that are kept track of; of more than these some are written more often. */
  maxKeys: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

const WRITE_EVERY_MS = 5_000;
/** Uses that one script call writes: well below what Lua can unpack, and a fraction of a millisecond. */
const WRITE_AT_ONCE = 500;

export function trackLastUsed({ store, maxKeys, now }: LastUsedOptions): LastUsed {
  /** When a key was last put down to be written. */
  const noted = new LRUCache<string, number>({ max: maxKeys });
  let unwritten = new Map<string, number>();

  async function write(): Promise<void> {
    const uses = [...unwritten];
    unwritten = new Map();
    for (let start = 0; start < uses.length; start += WRITE_AT_ONCE) {
      // Lost while the store is away: the next use is written again in a minute.
      await store.recordUses(new Map(uses.slice(start, start + WRITE_AT_ONCE))).catch(() => {});
    }
  }

  const timer = setInterval(() => void write(), WRITE_EVERY_MS).unref();
  return {
    touch(keyId) {
      const nowMs = now();
      const notedMs = noted.get(keyId);
      if (notedMs !== undefined && nowMs - notedMs < LAST_USED_EVERY_MS) return;
      if (unwritten.size >= maxKeys) return;
      noted.set(keyId, nowMs);
      unwritten.set(keyId, nowMs);
    },
    async close() {
      clearInterval(timer);
      await write();
    },
  };
}
