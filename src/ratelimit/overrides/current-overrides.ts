import type { Announcements } from '../../redis/index.ts';
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
  announcements: Announcements;
  channel: string;
  failures: FailureLog;
  /** Milliseconds since the epoch. */
  now(): number;
  /** For tests. */
  pollMs?: number;
}

/**
 * Should an announcement be lost, which Redis allows at any time, a change is seen this late at most. One small read
 * for each process, not for each request.
 */
const POLL_MS = 10_000;

/**
 * Follows the overrides: reads them when one is announced, after each reconnection, and when a look at their version
 * says so. While Redis is away those read last stay in force.
 */
export function followOverrides(options: CurrentOverridesOptions): CurrentOverrides {
  const { store, announcements, channel, failures, now, pollMs = POLL_MS } = options;
  let current = NO_OVERRIDES;
  let version: string | undefined;
  let reading: Promise<void> | undefined;
  let again = false;
  let closed = false;

  const read = async () => {
    try {
      // The version first: a change in between is then read once more, never missed.
      const seen = await store.version();
      current = createOverrideSet(await store.list(), now);
      version = seen;
      failures.succeeded();
    } catch (error) {
      // The connection was closed under a read that nobody waits for any more.
      if (!closed) failures.failed(error);
    }
  };
  const refresh = () => {
    if (reading !== undefined) {
      again = true;
      return;
    }
    reading = read().finally(() => {
      reading = undefined;
      if (!again) return;
      again = false;
      refresh();
    });
  };
  const look = async () => {
    const seen = await store.version().catch(() => version);
    if (seen !== version) refresh();
  };

  const stop = announcements.listen(channel, refresh);
  const poll = setInterval(() => void look(), pollMs);
  poll.unref();
  return {
    current: () => current,
    close() {
      closed = true;
      stop();
      clearInterval(poll);
    },
  };
}
