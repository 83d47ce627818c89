import { followAuditedHash } from '../audit/index.ts';
import { type Config, controlAddress } from '../config/index.ts';
import { createAnnouncements, openBlockingRedis, openRedis, redisKeys } from '../redis/index.ts';
import type { Logger, LogLevels } from '../telemetry/index.ts';
import type { LevelEntry } from './level-entry.ts';
import { levelsInForce } from './levels-in-force.ts';
import { createLevelStore } from './store.ts';

/**
 * Keeps a process's log levels as operators set them, over connections of its own. While Redis is away those read last
 * hold until they end.
 * @returns what ends it
 * @throws where the configuration names no Redis, or one of its files cannot be read
 */
export async function followLogLevels(
  config: Pick<Config, 'redis' | 'ratelimit'>,
  { levels, logger }: { levels: LogLevels; logger: Logger },
): Promise<() => void> {
  const address = await controlAddress(config);
  const keys = redisKeys(config.redis.keyPrefix);
  const redis = openRedis(address, 'gatehouse-log-levels');
  const subscriber = openBlockingRedis(address, 'gatehouse-log-levels-subscriber');
  // The roles' own connections go to the same Redis, and tell of it.
  for (const each of [redis, subscriber]) each.on('error', () => {});
  let entries: ReadonlyMap<string, LevelEntry> = new Map();
  let ending: NodeJS.Timeout | undefined;
  let told = '';

  function apply(): void {
    clearTimeout(ending);
    const { levels: inForce, nextEndMs } = levelsInForce(entries, Date.now());
    levels.override(inForce);
    const set = Object.entries(inForce).map(([component, level]) => `${component}=${level}`);
    if (set.join(' ') !== told) {
      told = set.join(' ');
      const reason = told || 'as configured';
      logger.info({ code: 'log_levels_changed', reason }, 'the levels of the log are others now');
    }
    if (nextEndMs !== undefined) ending = setTimeout(apply, nextEndMs).unref();
  }

  const stop = followAuditedHash({
    hash: createLevelStore(redis, keys),
    redis,
    announcements: createAnnouncements(subscriber),
    channel: keys.logLevels,
    onRead(read) {
      entries = read;
      apply();
    },
    onError() {},
  });
  return () => {
    stop();
    clearTimeout(ending);
    redis.disconnect();
    subscriber.disconnect();
  };
}
