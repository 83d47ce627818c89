import { type AuditedHash, createAuditedHash } from '../../audit/index.ts';
import type { Redis, RedisKeys } from '../../redis/index.ts';
import { type LimitOverride, overrideSchema } from './override.ts';

/** Each process holds all of them, about 0.5 KiB each. */
export const MAX_OVERRIDES = 10_000;

/** The overrides as they lie in Redis, by overrideId(). */
export type OverrideStore = AuditedHash<LimitOverride>;

/** @param maxOverrides for tests */
export function createOverrideStore(
  redis: Redis,
  keys: Pick<RedisKeys, 'limitOverrides' | 'audit'>,
  maxOverrides = MAX_OVERRIDES,
): OverrideStore {
  return createAuditedHash({
    redis,
    key: keys.limitOverrides,
    audit: keys.audit,
    maxEntries: maxOverrides,
    parse: (value) => overrideSchema.safeParse(value).data,
  });
}
