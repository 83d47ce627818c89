import { randomBytes } from 'node:crypto';
import { allRoutes, type Config, redisAddress } from '../../config/index.ts';
import { connected, openRedis, type Redis, redisKeys } from '../../redis/index.ts';
import { openAudit } from '../audit.ts';
import { readKeyFile } from '../key-file.ts';
import { createKeyAdministration, type KeyAdministration } from './administration.ts';
import { createApiKeyStore } from './store.ts';

/** Redis answers within this time, or the caller is told that it does not. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Administers keys on behalf of somebody. @param actor who does it, such as `cli:root`, for the audit */
export type KeyAdministrationFor = (actor: string) => KeyAdministration;

/**
 * Administers the API keys of an installation over a connection that the caller keeps.
 * @throws AuthzError invalid_key_file
 */
export async function openKeyAdministration(
  config: Pick<Config, 'identity' | 'redis' | 'tiers' | 'routes'>,
  redis: Redis,
): Promise<KeyAdministrationFor> {
  const hashKey = await readKeyFile(config.identity.apiKeys.hashKeyFile, 'identity.apiKeys.hashKeyFile');
  const redisNames = redisKeys(config.redis.keyPrefix);
  const store = createApiKeyStore({ redis, keys: redisNames, hashKey });
  const tiers = Object.keys(config.tiers);
  const routes = allRoutes(config.routes).map(({ name }) => name);
  return (actor) => {
    const audit = openAudit(redis, redisNames, actor);
    return createKeyAdministration({ store, audit, tiers, routes, randomBytes, now: Date.now });
  };
}

/**
 * Administers the API keys of an installation over a connection of its own, for as long as `use` takes.
 * @param actor who does it, for the audit
 * @throws AuthzError invalid_key_file; an Error that says where Redis was looked for; what `use` throws
 */
export async function withKeyAdministration<T>(
  config: Config,
  actor: string,
  use: (keys: KeyAdministration) => Promise<T>,
): Promise<T> {
  const redis = openRedis(await redisAddress(config), 'gatehouse-keys');
  redis.on('error', () => {}); // connected() says it.
  try {
    const keysFor = await openKeyAdministration(config, redis);
    await connected(redis, CONNECT_TIMEOUT_MS);
    return await use(keysFor(actor));
  } finally {
    redis.disconnect();
  }
}
