import { bindScript, type Redis, type RedisKeys } from '../../redis/index.ts';
import { AuthzError } from '../errors.ts';
import {
  type BlockEntry,
  type BlockTarget,
  type BlockTerms,
  fieldOf,
  parseTerms,
  targetOf,
} from './entry.ts';

/** Entries that one step of reading the whole list asks for. */
const SCAN_COUNT = 1_000;

/** The blocklist in Redis, which all processes share. Everything rejects with what Redis throws while it is away. */
export interface BlocklistStore {
  /** @returns false when the list is full */
  add(entry: BlockEntry, nowMs: number): Promise<boolean>;
  /** Whether there is such an entry, damaged or not. */
  has(target: BlockTarget): Promise<boolean>;
  /** @returns false when there is no such entry */
  remove(target: BlockTarget): Promise<boolean>;
  /** Every entry by its name, those that have ended among them. @throws AuthzError blocklist_full past maxEntries */
  all(): Promise<Map<string, BlockTerms>>;
  /** The entries of some names, where there are any. */
  find(fields: readonly string[]): Promise<BlockTerms[]>;
  /** How many changes there have been; each is announced by its number, and what parseChange understands. */
  version(): Promise<number>;
}

export interface BlocklistStoreOptions {
  redis: Redis;
  keys: RedisKeys;
  maxEntries: number;
}

export function createBlocklistStore({ redis, keys, maxEntries }: BlocklistStoreOptions): BlocklistStore {
  const block = bindScript(redis, new URL('./block.lua', import.meta.url));
  const unblock = bindScript(redis, new URL('./unblock.lua', import.meta.url));
  const names = [keys.blocklist, keys.blocklistExpiry, keys.blocklistChanges];
  return {
    async add({ target, ...terms }, nowMs) {
      const field = fieldOf(target);
      const added = await block(names, [
        nowMs,
        maxEntries,
        field,
        JSON.stringify(terms),
        terms.untilMs ?? '',
      ]);
      return added === 1;
    },
    has: async (target) => (await redis.hexists(keys.blocklist, fieldOf(target))) === 1,
    remove: async (target) => (await unblock(names, [fieldOf(target)])) === 1,
    async all() {
      const entries = new Map<string, BlockTerms>();
      let cursor = '0';
      do {
        const [next, found] = await redis.hscan(keys.blocklist, cursor, 'COUNT', SCAN_COUNT);
        cursor = next;
        for (let at = 0; at + 1 < found.length; at += 2) {
          const field = found[at] as string;
          entries.set(field, terms(field, found[at + 1] as string));
        }
        if (entries.size > maxEntries) throw full(maxEntries);
      } while (cursor !== '0');
      return entries;
    },
    async find(fields) {
      const found = await redis.hmget(keys.blocklist, ...fields);
      return found.flatMap((text, at) => (text === null ? [] : [terms(fields[at] as string, text)]));
    },
    version: async () => Number(await redis.get(keys.blocklistChanges)),
  };
}

/** From an announced change to the entry's name, and what it is now; without that it was taken off. */
export function parseChange(change: string): { field: string; terms: BlockTerms | undefined } {
  const [field, text] = JSON.parse(change) as [string, string?];
  return { field, terms: text === undefined ? undefined : terms(field, text) };
}

function terms(field: string, text: string): BlockTerms {
  const parsed = parseTerms(text);
  if (parsed !== undefined && targetOf(field) !== undefined) return parsed;
  throw new AuthzError(
    'corrupt_record',
    `The blocklist's entry ${field} is damaged: 'gatehouse tokens unblock' it.`,
  );
}

export function full(maxEntries: number): AuthzError {
  return new AuthzError(
    'blocklist_full',
    `The blocklist holds ${maxEntries} entries, as many as identity.blocklist.maxEntries allows: take some off with 'gatehouse tokens unblock', give new ones an end with --expires, or raise it in every process.`,
  );
}
