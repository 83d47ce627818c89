import type { Config } from '../../config/index.ts';
import { createFailureLog, type Logger } from '../../telemetry/index.ts';
import { followChanges } from '../changes/follow.ts';
import { createApiKeyMethod } from '../credentials/api-key.ts';
import type { CredentialMethod } from '../credentials/method.ts';
import { readKeyFile } from '../key-file.ts';
import type { AuthzMetrics } from '../metrics.ts';
import type { SharedStore } from '../shared-store.ts';
import { type LastUsed, trackLastUsed } from './last-used.ts';
import { createKeyLookup } from './lookup.ts';
import { createApiKeyStore } from './store.ts';

export interface ApiKeysOptions {
  config: Config['identity']['apiKeys'];
  store: SharedStore;
  metrics: AuthzMetrics;
  logger: Logger;
  /** Whether it is kept when a key was last used. */
  tracksUse: boolean;
}

/** API keys as one process uses them. */
export interface RunningApiKeys {
  method: CredentialMethod;
  /** Writes what is left to write, and stops. */
  close(): Promise<void>;
}

const UNTRACKED: LastUsed = { touch() {}, async close() {} };

/** @throws AuthzError invalid_key_file */
export async function startApiKeys(options: ApiKeysOptions): Promise<RunningApiKeys> {
  const { config, store, metrics, logger, tracksUse } = options;
  const { redis, announcements, keys } = store;
  const hashKey = await readKeyFile(config.hashKeyFile, 'identity.apiKeys.hashKeyFile');
  const { ttl, maxEntries } = config.cache;
  const keyStore = createApiKeyStore({ redis, keys, hashKey });
  const monotonic = () => performance.now();
  const failures = createFailureLog({
    logger,
    code: 'store_unavailable',
    failing: 'API keys cannot be looked up, and requests are answered with 503',
    recovered: 'API keys are looked up again',
    now: monotonic,
  });
  const storeFailures = {
    succeeded: failures.succeeded,
    failed(error: unknown) {
      metrics.storeFailed('api_key');
      failures.failed(error);
    },
  };

  const lookup = createKeyLookup({
    store: keyStore,
    isCurrent: () => follower.isCurrent(),
    ttlMs: ttl.ms,
    maxEntries,
    now: monotonic,
    onLookup: metrics.keyLookedUp,
  });
  const follower = followChanges({
    announcements,
    channel: keys.apiKeyChanges,
    storedVersion: keyStore.version,
    // There is nothing to load: what is forgotten is looked up again when it is needed.
    copy: { load: async () => lookup.forgetAll, apply: lookup.forget },
    onFailure: () => metrics.storeFailed('api_key_changes'),
    now: monotonic,
  });
  const lastUsed = tracksUse
    ? trackLastUsed({ store: keyStore, maxKeys: maxEntries, now: Date.now })
    : UNTRACKED;
  metrics.watchEntries('api_keys', lookup.size);
  return {
    method: createApiKeyMethod({ keys: lookup, lastUsed, storeFailures, now: Date.now }),
    close() {
      follower.close();
      return lastUsed.close();
    },
  };
}
