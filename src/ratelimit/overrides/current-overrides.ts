import { followAuditedHash } from '../../audit/index.ts';
import type { Announcements, Redis } from '../../redis/index.ts';
import type { FailureLog } from '../../telemetry/index.ts';
import { createOverrideSet, NO_OVERRIDES, type OverrideSet } from './override-set.ts';
import type { OverrideStore } from './store.ts';

/** The overrides as this process knows them; no request waits for Redis to learn them. */
export interface CurrentOverrides {
  /** What was last read. Replaced as a whole, so one request sees one state. */
  current(): OverrideSet;
  close(): void;
}

export interface CurrentOverridesOptions {
  store: Pick<OverrideStore, 'list' | 'version'>;
  redis: Redis;
  announcements: Announcements;
  channel: string;
  failures: FailureLog;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Follows the overrides. While Redis is away those read last stay in force. */
export function followOverrides(options: CurrentOverridesOptions): CurrentOverrides {
  const { store, redis, announcements, channel, failures, now } = options;
  let current = NO_OVERRIDES;
  const close = followAuditedHash({
    hash: store,
    ...{ redis, announcements, channel },
    onRead(entries) {
      current = createOverrideSet([...entries.values()], now);
      failures.succeeded();
    },
    onError: failures.failed,
  });
  return { current: () => current, close };
}
