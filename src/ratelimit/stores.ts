import { bucketsAddress, type Config, namesRedis, redisAddress } from '../config/index.ts';
import { openRedis, type Redis, type RedisAddress } from '../redis/index.ts';

/** The connections of what counts or administers rate limits. */
export interface Stores {
  /** Where buckets are. */
  buckets: Redis;
  /** Where overrides, the audit log, offenders and the state of rules are: another Redis only where ratelimit.redis is set. */
  control: Redis;
  controlAddress: RedisAddress;
  close(): void;
}

/**
 * @param name shown in CLIENT LIST
 * @param commandTimeoutMs longest wait for a command's answer
 * @throws where the configuration names no Redis, or one of its files cannot be read
 */
export async function openStores(
  config: Pick<Config, 'redis' | 'ratelimit'>,
  name: string,
  commandTimeoutMs?: number,
): Promise<Stores> {
  const own = await bucketsAddress(config);
  const buckets = openRedis(own, name, commandTimeoutMs);
  const isShared = config.ratelimit.redis === undefined || !namesRedis(config.redis);
  const controlAddress = isShared ? own : await redisAddress(config);
  const control = isShared ? buckets : openRedis(controlAddress, `${name}-control`, commandTimeoutMs);
  return {
    buckets,
    control,
    controlAddress,
    close() {
      buckets.disconnect();
      if (!isShared) control.disconnect();
    },
  };
}
