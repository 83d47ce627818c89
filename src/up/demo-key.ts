import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createApiKeyStore, createKeyAdministration, readKeyFile } from '../authz/index.ts';
import { type Config, redisAddress } from '../config/index.ts';
import { connected, openRedis, redisKeys } from '../redis/index.ts';

const CLIENT = 'demo';
const TIER = 'pro';
const CONNECT_TIMEOUT_MS = 5_000;

/** The key that `up` prints, and the tier that it has. */
export interface DemoKey {
  key: string;
  client: string;
  tier: string;
}

/**
 * Makes the demo client's API key and revokes the one that the last start printed: only hashes are kept, so an
 * old one cannot be shown again.
 * @param idFile where the id of the last one is kept
 */
export async function replaceDemoKey(config: Config, idFile: string): Promise<DemoKey> {
  const hashKey = await readKeyFile(config.identity.apiKeys.hashKeyFile, 'identity.apiKeys.hashKeyFile');
  const redis = openRedis(await redisAddress(config), 'gatehouse-up');
  redis.on('error', () => {}); // connected() says it.
  try {
    await connected(redis, CONNECT_TIMEOUT_MS);
    const tiers = Object.keys(config.tiers);
    const store = createApiKeyStore({ redis, keys: redisKeys(config.redis.keyPrefix), hashKey });
    const keys = createKeyAdministration({ store, tiers, randomBytes, now: Date.now });
    const previous = await readFile(idFile, 'utf8').catch(() => undefined);
    if (previous !== undefined) await keys.revokeKey(previous.trim());
    const tier = tiers.includes(TIER) ? TIER : tiers[0];
    const created = await keys.createKey({ client: CLIENT, tier });
    await writeFile(idFile, `${created.id}\n`, { mode: 0o600 });
    return { key: created.key, client: created.client, tier: created.tier };
  } finally {
    redis.disconnect();
  }
}
