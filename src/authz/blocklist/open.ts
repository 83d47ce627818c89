import { type Config, redisAddress } from '../../config/index.ts';
import { connected, openRedis, redisKeys } from '../../redis/index.ts';
import { openAudit } from '../audit.ts';
import { type BlocklistAdministration, createBlocklistAdministration } from './administration.ts';
import { createBlocklistStore } from './store.ts';

/** Redis answers within this time, or the caller is told that it does not. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Administers the blocklist of an installation over a connection of its own, for as long as `use` takes.
 * @param actor who does it, for the audit
 * @throws an Error that says where Redis was looked for; what `use` throws
 */
export async function withBlocklistAdministration<T>(
  config: Config,
  actor: string,
  use: (blocklist: BlocklistAdministration) => Promise<T>,
): Promise<T> {
  const { maxEntries } = config.identity.blocklist;
  const redis = openRedis(await redisAddress(config), 'gatehouse-tokens');
  redis.on('error', () => {}); // connected() says it.
  try {
    await connected(redis, CONNECT_TIMEOUT_MS);
    const keys = redisKeys(config.redis.keyPrefix);
    const store = createBlocklistStore({ redis, keys, maxEntries });
    const audit = openAudit(redis, keys, actor);
    return await use(
      createBlocklistAdministration({ store, audit, maxEntries, ...ofIssuers(config), now: Date.now }),
    );
  } finally {
    redis.disconnect();
  }
}

/** What the issuers of all kinds of tokens have in common, for entries that may be about any of them. */
function ofIssuers({ identity }: Config): { leewayMs: number; clientPrefixes: string[] } {
  const { jwt, introspection, oidc } = identity;
  const issuers = [...jwt.issuers, introspection, oidc].filter((issuer) => issuer !== undefined);
  return {
    leewayMs: Math.max(0, ...issuers.map(({ leeway }) => leeway.ms)),
    clientPrefixes: issuers.map(({ clientPrefix }) => clientPrefix),
  };
}
