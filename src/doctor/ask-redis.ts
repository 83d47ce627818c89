import { type Config, namesRedis, redisAddress } from '../config/index.ts';
import { connected, openRedis, type Redis } from '../redis/index.ts';

const CONNECT_TIMEOUT_MS = 2_000;

/** Asks the Redis that the configuration names. @returns undefined where it names none, or that one does not answer */
export async function askRedis<T>(config: Config, ask: (redis: Redis) => Promise<T>): Promise<T | undefined> {
  if (!namesRedis(config.redis)) return undefined;
  const redis = openRedis(await redisAddress(config), 'gatehouse-doctor');
  redis.on('error', () => {}); // The check of Redis itself says it.
  try {
    await connected(redis, CONNECT_TIMEOUT_MS);
    return await ask(redis);
  } catch {
    return undefined;
  } finally {
    redis.disconnect();
  }
}
