import { randomBytes } from 'node:crypto';
import { allRoutes, type Config, redisAddress } from '../../config/index.ts';
import { connected, openRedis, redisKeys } from '../../redis/index.ts';
import { openAudit } from '../audit.ts';
import { readKeyFile } from '../key-file.ts';
import { createKeyAdministration, type KeyAdministration } from './administration.ts';
import { createApiKeyStore } from './store.ts';

/** Redis answers within this time, or the caller is told that it does not. */
const CONNECT_TIMEOUT_MS = 5_000;

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
  const hashKey = await readKeyFile(config.identity.apiKeys.hashKeyFile, 'identity.apiKeys.hashKeyFile');
  const redis = openRedis(await redisAddress(config), 'gatehouse-keys');
  redis.on('error', () => {}); // connected() says it.
  try {
    await connected(redis, CONNECT_TIMEOUT_MS);
    const redisNames = redisKeys(config.redis.keyPrefix);
    const store = createApiKeyStore({ redis, keys: redisNames, hashKey });
    const audit = openAudit(redis, redisNames, actor);
    const tiers = Object.keys(config.tiers);
    const routes = allRoutes(config.routes).map(({ name }) => name);
    return await use(createKeyAdministration({ store, audit, tiers, routes, randomBytes, now: Date.now }));
  } finally {
    redis.disconnect();
  }
}
