import { type Config, redisAddress } from '../config/index.ts';
import {
  type Announcements,
  connected,
  createAnnouncements,
  logConnection,
  openBlockingRedis,
  openRedis,
  type Redis,
  type RedisKeys,
  redisKeys,
} from '../redis/index.ts';
import type { Logger } from '../telemetry/index.ts';

/** What all authz processes share: a connection that asks it, and one that hears of changes. */
export interface SharedStore {
  redis: Redis;
  announcements: Announcements;
  keys: RedisKeys;
  close(): void;
}

/** How long to wait for Redis at the start; then requests are answered with 503 until it is there. */
const REDIS_START_MS = 2_000;

/**
 * @param commandTimeoutMs longest wait for an answer
 * @returns once Redis is connected; without it after a moment, and commands reject until it is there
 * @throws an Error when no Redis is configured
 */
export async function openSharedStore(
  config: Pick<Config, 'redis'>,
  logger: Logger,
  commandTimeoutMs: number,
): Promise<SharedStore> {
  const address = await redisAddress(config);
  const redis = openRedis(address, 'gatehouse-authz', commandTimeoutMs);
  logConnection(redis, logger);
  const subscriber = openBlockingRedis(address, 'gatehouse-authz-changes');
  subscriber.on('error', () => {}); // logConnection says it of the other one.
  await connected(redis, REDIS_START_MS).catch(() => {}); // logConnection has said it.
  return {
    redis,
    announcements: createAnnouncements(subscriber),
    keys: redisKeys(config.redis.keyPrefix),
    close() {
      subscriber.disconnect();
      redis.disconnect();
    },
  };
}
