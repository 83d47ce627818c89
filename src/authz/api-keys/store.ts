import { bindScript, type Redis, type RedisKeys } from '../../redis/index.ts';
import { AuthzError } from '../errors.ts';
import { type ApiKeyRecord, createKeyDigest, formatRecord, parseRecord } from './record.ts';

/** Records that one round trip of a listing fetches. */
const LIST_BATCH = 500;
/** A key's last use is written at most once in this time, over all processes. */
export const LAST_USED_EVERY_MS = 60_000;

export interface ApiKeyStore {
  /** From a key's text to the name under which it is kept. */
  digest(apiKey: string): string;
  /**
   * Finds a record in one round trip.
   * @param digest of the key
   * @returns undefined when the key is not known
   * @throws AuthzError corrupt_record; whatever Redis throws while it is away
   */
  find(digest: string): Promise<ApiKeyRecord | undefined>;
  findById(id: string): Promise<ApiKeyRecord | undefined>;
  /** Whether there is a key of that id, damaged or not. */
  has(id: string): Promise<boolean>;
  add(apiKey: string, record: ApiKeyRecord): Promise<void>;
  /** Adds a key in the place of another. @returns false when that is gone or has been replaced already */
  replace(replacement: KeyReplacement): Promise<boolean>;
  /** Every record, oldest first. */
  list(): Promise<StoredKey[]>;
  /** @returns false when there is no key of that id */
  remove(id: string): Promise<boolean>;
  /** @param uses from a key's id to when it was used, in milliseconds since the epoch */
  recordUses(uses: ReadonlyMap<string, number>): Promise<void>;
  /** How many changes there have been; each is announced by its number and the key's digest. */
  version(): Promise<number>;
}

export interface KeyReplacement {
  oldId: string;
  /** When the old key ends. */
  oldExpiresAt: string;
  apiKey: string;
  record: ApiKeyRecord;
}

/** lastUsedMs is coarse: see LAST_USED_EVERY_MS. */
export type StoredKey = ApiKeyRecord & { lastUsedMs: number | undefined };

export interface ApiKeyStoreOptions {
  redis: Redis;
  keys: RedisKeys;
  /** Keys the hash under which records are kept. */
  hashKey: Uint8Array;
}

/** API keys in Redis: a hash a key, named after the key's digest, and one hash from id to that name. */
export function createApiKeyStore({ redis, keys, hashKey }: ApiKeyStoreOptions): ApiKeyStore {
  const digest = createKeyDigest(hashKey);
  const script = (name: string) => bindScript(redis, new URL(`./${name}.lua`, import.meta.url));
  const addKey = script('add-key');
  const replaceKey = script('replace-key');
  const removeKey = script('remove-key');
  const recordUses = script('record-uses');

  const find = async (name: string) => read(await redis.hgetall(keys.apiKey(name)));
  const digestOf = (id: string) => redis.hget(keys.apiKeyIds, id);
  return {
    digest,
    find,
    async findById(id) {
      const name = await digestOf(id);
      return name === null ? undefined : find(name);
    },
    has: async (id) => (await digestOf(id)) !== null,
    async add(apiKey, record) {
      const name = digest(apiKey);
      await addKey(
        [keys.apiKey(name), keys.apiKeyIds, keys.apiKeyChanges],
        [record.id, name, ...Object.entries(formatRecord(record)).flat()],
      );
    },
    async replace({ oldId, oldExpiresAt, apiKey, record }) {
      const [oldName, name] = [await digestOf(oldId), digest(apiKey)];
      if (oldName === null) return false;
      const replaced = await replaceKey(
        [keys.apiKey(oldName), keys.apiKey(name), keys.apiKeyIds, keys.apiKeyChanges],
        [oldName, oldExpiresAt, record.id, name, ...Object.entries(formatRecord(record)).flat()],
      );
      return replaced === 1;
    },
    async list() {
      const ids = Object.entries(await redis.hgetall(keys.apiKeyIds));
      const records: StoredKey[] = [];
      for (let start = 0; start < ids.length; start += LIST_BATCH) {
        const batch = ids.slice(start, start + LIST_BATCH);
        const [uses, ...found] = await Promise.all([
          redis.hmget(keys.apiKeyLastUsed, ...batch.map(([id]) => id)),
          ...batch.map(([, name]) => find(name)),
        ]);
        for (const [at, record] of found.entries()) {
          const used = uses[at] ?? undefined;
          const lastUsedMs = used === undefined ? undefined : Number(used);
          if (record !== undefined) records.push({ ...record, lastUsedMs });
        }
      }
      return records.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
    },
    async remove(id) {
      const name = await digestOf(id);
      if (name === null) return false;
      const removed = await removeKey(
        [keys.apiKey(name), keys.apiKeyIds, keys.apiKeyLastUsed, keys.apiKeyChanges],
        [id, name],
      );
      return removed === 1;
    },
    async recordUses(uses) {
      await recordUses([keys.apiKeyIds, keys.apiKeyLastUsed], [LAST_USED_EVERY_MS, ...[...uses].flat()]);
    },
    version: async () => Number(await redis.get(keys.apiKeyChanges)),
  };
}

function read(fields: Record<string, string>): ApiKeyRecord | undefined {
  if (Object.keys(fields).length === 0) return undefined;
  const record = parseRecord(fields);
  if (record === undefined) {
    throw new AuthzError('corrupt_record', `The record of API key ${fields.id ?? '(no id)'} is damaged.`);
  }
  return record;
}
