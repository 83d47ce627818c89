import { once } from 'node:events';
import { describeRedis, openRedis, type RedisAddress } from '../redis/index.ts';
import { isSupportedRedis, parseRedisVersion } from './redis-version.ts';
import { StartError } from './start-error.ts';

/** A Redis that answers and can be used. */
export interface UsableRedis {
  /** Such as 7.2.4. */
  version: string;
  /** One sentence each. */
  warnings: string[];
}

/**
 * Checks the Redis that the configuration names.
 * @throws StartError redis_unusable when it does not answer or is too old
 */
export async function checkExistingRedis(address: RedisAddress): Promise<UsableRedis> {
  const place = describeRedis(address);
  const redis = openRedis(address, 'gatehouse-up');
  try {
    const failed = once(redis, 'error').then(([error]) => Promise.reject(error));
    await Promise.race([once(redis, 'ready'), failed]);
    const server = await redis.info('server');
    const version = parseRedisVersion(server);
    if (version !== undefined && !isSupportedRedis(version)) {
      throw new StartError(
        'redis_unusable',
        `The Redis at ${place} is ${version.major}.${version.minor}, and Gatehouse needs 6.2 or newer.`,
      );
    }
    return {
      version: /^redis_version:(\S+)/m.exec(server)?.[1] ?? 'of an unknown version',
      warnings: evictionWarnings(await redis.info('memory'), place),
    };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError('redis_unusable', unreachable(place, error as Error));
  } finally {
    redis.on('error', () => {});
    redis.disconnect();
  }
}

function evictionWarnings(memory: string, place: string): string[] {
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  if (policy === undefined || policy === 'noeviction') return [];
  return [
    `The Redis at ${place} evicts keys when its memory is full (maxmemory-policy ${policy}), and accepted jobs and API keys with them: set it to noeviction.`,
  ];
}

function unreachable(place: string, error: Error): string {
  if (/NOAUTH|WRONGPASS|invalid password|without any password/i.test(error.message)) {
    return `The Redis at ${place} refuses the password: check redis.passwordFile.`;
  }
  return `The Redis at ${place} does not answer (${error.message}): start it or correct its address, or leave it out of the configuration to have one started here.`;
}
