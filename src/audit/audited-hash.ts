import { bindScript, type Redis } from '../redis/index.ts';
import { type AuditedAction, auditFields, MAX_AUDIT_ENTRIES } from './entry.ts';

/** What every entry tells of itself. Times are ISO 8601 in UTC. */
export interface HashEntry {
  setAt: string;
  /** From when on it counts no more; never when absent. */
  expiresAt?: string | undefined;
}

/** What operators set while everything runs: a hash in Redis, of which each change is audited and announced. */
export interface AuditedHash<Entry extends HashEntry> {
  /** Every entry by its id, also those that have expired. */
  list(): Promise<Map<string, Entry>>;
  get(id: string): Promise<Entry | undefined>;
  /**
   * Sets an entry in place of one with the same id, together with its audit entry.
   * @returns the one before; 'full' where there are as many as may be, and nothing was done
   */
  set(id: string, entry: Entry, audited: AuditedAction): Promise<Entry | 'full' | undefined>;
  /** @returns the one that was taken away; undefined where there was none, and nothing was written */
  unset(id: string, audited: AuditedAction): Promise<Entry | undefined>;
  /** Changes whenever an entry does. */
  version(): Promise<string>;
}

export interface AuditedHashOptions<Entry> {
  redis: Redis;
  /** The hash; also the channel that announces each change. In one slot with audit. */
  key: string;
  /** Key of the audit stream. */
  audit: string;
  /** Each process may hold all of them. */
  maxEntries: number;
  /** @returns undefined for what is no entry: another version of Gatehouse may have written it */
  parse(value: unknown): Entry | undefined;
}

export function createAuditedHash<Entry extends HashEntry>(
  options: AuditedHashOptions<Entry>,
): AuditedHash<Entry> {
  const { redis, key, audit, maxEntries } = options;
  const setScript = bindScript(redis, new URL('./set-entry.lua', import.meta.url));
  const unsetScript = bindScript(redis, new URL('./unset-entry.lua', import.meta.url));
  const read = (json: string) => (json === '' ? undefined : options.parse(JSON.parse(json)));
  return {
    async list() {
      const { '': _version, ...all } = await redis.hgetall(key);
      return new Map(
        Object.entries(all).flatMap(([id, json]) => {
          const entry = read(json);
          return entry === undefined ? [] : [[id, entry]];
        }),
      );
    },
    async get(id) {
      return read((await redis.hget(key, id)) ?? '');
    },
    async set(id, entry, audited) {
      const before = (await setScript(
        [key, audit],
        [id, JSON.stringify(entry), maxEntries, entry.setAt, MAX_AUDIT_ENTRIES, ...auditFields(audited)],
      )) as string;
      return before === 'full' ? 'full' : read(before);
    },
    async unset(id, audited) {
      return read(
        (await unsetScript([key, audit], [id, MAX_AUDIT_ENTRIES, ...auditFields(audited)])) as string,
      );
    },
    async version() {
      return (await redis.hget(key, '')) ?? '0';
    },
  };
}
