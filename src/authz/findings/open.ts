import { type Config, namesRedis, redisAddress } from '../../config/index.ts';
import { openRedis, type Redis, type RedisKeys, redisKeys } from '../../redis/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { Closer } from '../closers.ts';
import type { AuthzMetrics } from '../metrics.ts';
import { createFindingRecorder, type FindingRecorder } from './recorder.ts';
import { createFindingStore, type FindingStore } from './store.ts';

export interface OpenFindings {
  config: Pick<Config, 'redis'>;
  metrics: Pick<AuthzMetrics, 'findingUnrecorded'>;
  logger: Logger;
  closers: Closer[];
}

/** @returns undefined without a Redis: authz can do all its work without one */
export async function openFindingRecorder(options: OpenFindings): Promise<FindingRecorder | undefined> {
  const { config, metrics, logger, closers } = options;
  if (!namesRedis(config.redis)) return undefined;
  // Of its own: a slow write must not have checks wait behind it.
  const redis = openRedis(await redisAddress(config), 'gatehouse-authz-findings');
  redis.on('error', () => {}); // What is lost is counted and logged; the shared store's connection says why.
  const recorder = createFindingRecorder({
    store: createFindingStore(redis, redisKeys(config.redis.keyPrefix), Date.now),
    onUnrecorded: metrics.findingUnrecorded,
    logger,
  });
  closers.push(async () => {
    await recorder.close();
    redis.disconnect();
  });
  return recorder;
}

/** Reads what all processes have written down, over a connection that the caller keeps. */
export function openFindings(redis: Redis, keys: RedisKeys): Pick<FindingStore, 'list'> {
  return createFindingStore(redis, keys, Date.now);
}
