import { type AuditLog, createAuditLog } from '../../audit/index.ts';
import { type Config, redisAddress } from '../../config/index.ts';
import { connected, openRedis, type Redis, redisKeys } from '../../redis/index.ts';
import { createRedisBuckets } from '../algorithms/redis-buckets.ts';
import { loadRules } from '../rules/load.ts';
import { loadOptions } from '../rules/start.ts';
import { createLimitAdministration, type LimitAdministration } from './administration.ts';

/** Redis answers within this time, or the caller is told that it does not. */
const CONNECT_TIMEOUT_MS = 5_000;

/** What is needed of the configuration, apart from where Redis is. */
export interface LimitConfig {
  redis: Pick<Config['redis'], 'keyPrefix'>;
  ratelimit: Pick<Config['ratelimit'], 'files' | 'denied' | 'mergeDomains'>;
}

/** Administers limits over a connection that the caller keeps. The rule files are read anew each time. */
export function openLimitAdministration(
  redis: Redis,
  config: LimitConfig,
  audit: AuditLog,
): LimitAdministration {
  return createLimitAdministration({
    redis,
    keys: redisKeys(config.redis.keyPrefix),
    audit,
    decide: createRedisBuckets({ redis }),
    loadRules: async () => (await loadRules(config.ratelimit.files, loadOptions(config.ratelimit))).rules,
    now: Date.now,
  });
}

export interface LimitTools {
  limits: LimitAdministration;
  audit: AuditLog;
}

/**
 * Administers the limits of an installation over a connection of its own, for as long as `use` takes.
 * @throws an Error that says where Redis was looked for; what `use` throws
 */
export async function withLimitAdministration<T>(
  config: Pick<Config, 'redis' | 'ratelimit'>,
  use: (tools: LimitTools) => Promise<T>,
): Promise<T> {
  const redis = openRedis(await redisAddress(config), 'gatehouse-limits');
  redis.on('error', () => {}); // connected() says it.
  try {
    await connected(redis, CONNECT_TIMEOUT_MS);
    const audit = createAuditLog(redis, redisKeys(config.redis.keyPrefix).audit);
    return await use({ limits: openLimitAdministration(redis, config, audit), audit });
  } finally {
    redis.disconnect();
  }
}
