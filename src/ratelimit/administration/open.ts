import { type AuditLog, createAuditLog } from '../../audit/index.ts';
import type { Config } from '../../config/index.ts';
import { connected, redisKeys } from '../../redis/index.ts';
import { openDecider } from '../limiter/open.ts';
import { openStores, type Stores } from '../stores.ts';
import { createLimitAdministration, type LimitAdministration } from './administration.ts';
import { type InstalledRules, loadInstalledRules } from './installed-rules.ts';

/** Redis answers within this time, or the caller is told that it does not. */
const CONNECT_TIMEOUT_MS = 5_000;
const DECISION_TIMEOUT_MS = 1_000;

/** What is needed of the configuration, apart from where Redis is. */
export interface LimitConfig {
  redis: Pick<Config['redis'], 'keyPrefix'>;
  ratelimit: InstalledRules;
}

/** Administers limits over connections that the caller keeps. The rule files are read anew each time. */
export function openLimitAdministration(
  { buckets, control }: Pick<Stores, 'buckets' | 'control'>,
  config: LimitConfig,
  audit: AuditLog,
): LimitAdministration {
  return createLimitAdministration({
    redis: control,
    keys: redisKeys(config.redis.keyPrefix),
    audit,
    decide: openDecider(buckets, DECISION_TIMEOUT_MS),
    // Those of one descriptor share a hash slot.
    deleteBuckets: async (bucketKeys) => void (await buckets.del(...bucketKeys)),
    loadRules: () => loadInstalledRules(config.ratelimit),
    now: Date.now,
  });
}

export interface LimitTools {
  limits: LimitAdministration;
  audit: AuditLog;
}

/**
 * Administers the limits of an installation over connections of its own, for as long as `use` takes.
 * @throws an Error that says where Redis was looked for; what `use` throws
 */
export async function withLimitAdministration<T>(
  config: Pick<Config, 'redis' | 'ratelimit'>,
  use: (tools: LimitTools) => Promise<T>,
): Promise<T> {
  const stores = await openStores(config, 'gatehouse-limits');
  const { buckets, control } = stores;
  for (const redis of [buckets, control]) redis.on('error', () => {}); // connected() says it.
  try {
    await Promise.all([connected(buckets, CONNECT_TIMEOUT_MS), connected(control, CONNECT_TIMEOUT_MS)]);
    const audit = createAuditLog(control, redisKeys(config.redis.keyPrefix).audit);
    return await use({ limits: openLimitAdministration(stores, config, audit), audit });
  } finally {
    stores.close();
  }
}
