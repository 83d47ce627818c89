import type { Config } from '../../config/index.ts';
import { createFailureLog, type Logger } from '../../telemetry/index.ts';
import { followChanges } from '../changes/follow.ts';
import type { AuthzMetrics } from '../metrics.ts';
import type { SharedStore } from '../shared-store.ts';
import type { Blocklist } from './blocklist.ts';
import { createBlocklistCopy } from './copy.ts';
import { createSharedBlocklist } from './shared.ts';
import { createBlocklistStore } from './store.ts';

export interface BlocklistOptions {
  config: Config['identity']['blocklist'];
  store: SharedStore;
  metrics: AuthzMetrics;
  logger: Logger;
}

/** The blocklist as one process uses it. */
export interface RunningBlocklist extends Blocklist {
  close(): void;
}

const SWEEP_EVERY_MS = 60_000;

export function startBlocklist({ config, store, metrics, logger }: BlocklistOptions): RunningBlocklist {
  const { onStoreFailure, maxEntries } = config;
  const { redis, announcements, keys } = store;
  const monotonic = () => performance.now();
  const blocklistStore = createBlocklistStore({ redis, keys, maxEntries });
  const copy = createBlocklistCopy(blocklistStore);
  const failures = createFailureLog({
    logger,
    code: 'store_unavailable',
    failing:
      onStoreFailure === 'deny'
        ? 'the blocklist cannot be read, and requests are answered with 503'
        : 'the blocklist cannot be read, and what was blocked before counts',
    recovered: 'the blocklist is read again',
    now: monotonic,
  });
  const onFailure = (error: unknown) => {
    metrics.storeFailed('blocklist');
    failures.failed(error);
  };
  const follower = followChanges({
    announcements,
    channel: keys.blocklistChanges,
    storedVersion: blocklistStore.version,
    copy,
    onFailure,
    now: monotonic,
  });
  const sweeping = setInterval(() => copy.sweep(Date.now()), SWEEP_EVERY_MS).unref();
  metrics.watchEntries('blocklist', copy.size);
  const { check } = createSharedBlocklist({
    copy,
    store: blocklistStore,
    isCurrent: follower.isCurrent,
    onStoreFailure,
    onFailure,
    onSuccess: failures.succeeded,
    now: Date.now,
  });
  return {
    check,
    close() {
      clearInterval(sweeping);
      follower.close();
    },
  };
}
