import { type Config, controlAddress, type LogLevel } from '../config/index.ts';
import { connected, openRedis, type Redis, redisKeys } from '../redis/index.ts';
import { LEVEL_TARGETS, type LevelEntry, type LevelTarget } from './level-entry.ts';
import { levelsInForce } from './levels-in-force.ts';
import { createLevelStore } from './store.ts';

export type ListedLevel = LevelEntry & { component: LevelTarget };

/** What operators do with the levels of the log, in every process at once. `actor` says who, for the audit. */
export interface LogLevelAdministration {
  /** Those that hold now. */
  list(): Promise<ListedLevel[]>;
  /**
   * Sets a level for a while, in place of the one that was set before.
   * @param forMs from 1 to MAX_LEVEL_MS
   */
  set(component: LevelTarget, level: LogLevel, forMs: number, actor: string): Promise<ListedLevel>;
  /** @returns the level that was taken away; undefined where none was set */
  unset(component: LevelTarget, actor: string): Promise<ListedLevel | undefined>;
}

/** Over a connection that the caller keeps. */
export function openLogLevelAdministration(
  redis: Redis,
  { redis: { keyPrefix } }: { redis: Pick<Config['redis'], 'keyPrefix'> },
): LogLevelAdministration {
  const store = createLevelStore(redis, redisKeys(keyPrefix));
  return {
    async list() {
      const entries = await store.list();
      const { levels } = levelsInForce(entries, Date.now());
      return LEVEL_TARGETS.flatMap((component) => {
        const entry = levels[component] && entries.get(component);
        return entry ? [{ component, ...entry }] : [];
      });
    },
    async set(component, level, forMs, actor) {
      const now = Date.now();
      const entry: LevelEntry = {
        level,
        setAt: new Date(now).toISOString(),
        setBy: actor,
        expiresAt: new Date(now + forMs).toISOString(),
      };
      const details = { level, expiresAt: entry.expiresAt };
      await store.set(component, entry, { actor, action: 'log_level.set', target: component, details });
      return { component, ...entry };
    },
    async unset(component, actor) {
      const removed = await store.unset(component, { actor, action: 'log_level.unset', target: component });
      return removed && { component, ...removed };
    },
  };
}

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * The same over a connection of its own, for as long as `use` takes.
 * @throws an Error that says where Redis was looked for; what `use` throws
 */
export async function withLogLevelAdministration<T>(
  config: Pick<Config, 'redis' | 'ratelimit'>,
  use: (levels: LogLevelAdministration) => Promise<T>,
): Promise<T> {
  const redis = openRedis(await controlAddress(config), 'gatehouse-log-levels-administration');
  redis.on('error', () => {}); // connected() says it.
  try {
    await connected(redis, CONNECT_TIMEOUT_MS);
    return await use(openLogLevelAdministration(redis, config));
  } finally {
    redis.disconnect();
  }
}
