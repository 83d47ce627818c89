import type { Redis, RedisKeys } from '../../redis/index.ts';
import { AuthzError } from '../errors.ts';
import { type ApiKeyRecord, hashApiKey, parseRecord } from './record.ts';

/** Records that one round trip of a listing fetches. */
const LIST_BATCH = 500;

export interface ApiKeyStore {
  /**
   * Finds the record of a key in one round trip.
   * @returns undefined when the key is not known
   * @throws AuthzError corrupt_record; whatever Redis throws while it is away
   */
  find(apiKey: string): Promise<ApiKeyRecord | undefined>;
  add(apiKey: string, record: ApiKeyRecord): Promise<void>;
  /** Every record, oldest first. */
  list(): Promise<ApiKeyRecord[]>;
  /** @returns false when there is no key of that id */
  remove(id: string): Promise<boolean>;
}

export interface ApiKeyStoreOptions {
  redis: Redis;
  keys: RedisKeys;
  /** Keys the hash under which records are kept. */
  hashKey: Uint8Array;
}

/** API keys in Redis: a hash a key, named after the key's hash, and one hash from id to that name. */
export function createApiKeyStore({ redis, keys, hashKey }: ApiKeyStoreOptions): ApiKeyStore {
  const read = (fields: Record<string, string>): ApiKeyRecord | undefined => {
    if (Object.keys(fields).length === 0) return undefined;
    const record = parseRecord(fields);
    if (record === undefined) {
      throw new AuthzError('corrupt_record', `The record of API key ${fields.id ?? '(no id)'} is damaged.`);
    }
    return record;
  };
  return {
    async find(apiKey) {
      return read(await redis.hgetall(keys.apiKey(hashApiKey(hashKey, apiKey))));
    },
    async add(apiKey, record) {
      const hash = hashApiKey(hashKey, apiKey);
      await transaction(
        redis
          .multi()
          .hset(keys.apiKey(hash), { ...record })
          .hset(keys.apiKeyIds, record.id, hash),
      );
    },
    async list() {
      const hashes = Object.values(await redis.hgetall(keys.apiKeyIds));
      const records: ApiKeyRecord[] = [];
      for (let start = 0; start < hashes.length; start += LIST_BATCH) {
        const batch = hashes.slice(start, start + LIST_BATCH);
        const found = await Promise.all(batch.map((hash) => redis.hgetall(keys.apiKey(hash))));
        records.push(...found.map(read).filter((record) => record !== undefined));
      }
      return records.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
    },
    async remove(id) {
      const hash = await redis.hget(keys.apiKeyIds, id);
      if (hash === null) return false;
      await transaction(redis.multi().del(keys.apiKey(hash)).hdel(keys.apiKeyIds, id));
      return true;
    },
  };
}

/** @throws the first error of any command: EXEC itself reports them as values */
async function transaction(commands: ReturnType<Redis['multi']>): Promise<void> {
  for (const [error] of (await commands.exec()) ?? []) if (error) throw error;
}
