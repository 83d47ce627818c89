import { type AuditedHash, createAuditedHash } from '../audit/index.ts';
import type { Redis, RedisKeys } from '../redis/index.ts';
import { LEVEL_TARGETS, type LevelEntry, levelEntrySchema } from './level-entry.ts';

/** The levels as they lie in Redis, by what they are for. */
export function createLevelStore(
  redis: Redis,
  { logLevels, audit }: Pick<RedisKeys, 'logLevels' | 'audit'>,
): AuditedHash<LevelEntry> {
  return createAuditedHash({
    redis,
    ...{ key: logLevels, audit, maxEntries: LEVEL_TARGETS.length },
    parse: (value) => levelEntrySchema.safeParse(value).data,
  });
}
