import type { FailureLog } from '../../telemetry/index.ts';
import type { KeySet } from './key-set.ts';
import type { KeySource } from './key-source.ts';

export interface RemoteKeysOptions {
  /** @throws whatever keeps the keys from being had */
  fetch(): Promise<KeySet>;
  refreshIntervalMs: number;
  /** Between two fetches that tokens ask for. */
  minIntervalMs: number;
  /** How long after the last success its keys count. */
  maxStaleMs: number;
  failures: FailureLog;
  /** Told of keys that differ from the last ones. */
  changed(keys: KeySet): void;
  /** Milliseconds of a clock that never steps back. */
  now(): number;
}

/** After a failure it is tried again after this time, then after twice as long, up to minInterval. */
const FIRST_RETRY_MS = 1_000;

/**
 * Keys that are fetched: at the start, without anybody waiting, then at intervals and when a token has a key that is not
 * known. While they cannot be fetched the last ones count, up to maxStale.
 */
export function startRemoteKeys(options: RemoteKeysOptions): KeySource {
  const { refreshIntervalMs, minIntervalMs, maxStaleMs, failures, now } = options;
  let keys: KeySet | undefined;
  let succeededAt = Number.NEGATIVE_INFINITY;
  let attemptedAt = Number.NEGATIVE_INFINITY;
  let failedInARow = 0;
  let running: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function attempt(): Promise<boolean> {
    clearTimeout(timer);
    attemptedAt = now();
    let next = refreshIntervalMs;
    try {
      const fetched = await options.fetch();
      if (closed) return false;
      if (keys === undefined || !fetched.equals(keys)) {
        keys = fetched;
        options.changed(fetched);
      }
      succeededAt = now();
      failedInARow = 0;
      failures.succeeded();
    } catch (error) {
      if (closed) return false;
      failures.failed(error);
      next = Math.min(FIRST_RETRY_MS * 2 ** failedInARow, Math.max(minIntervalMs, FIRST_RETRY_MS));
      failedInARow += 1;
    }
    timer = setTimeout(start, next).unref();
    return failedInARow === 0;
  }

  function start(): Promise<boolean> {
    running ??= attempt().finally(() => {
      running = undefined;
    });
    return running;
  }

  void start();
  return {
    current: () => (now() - succeededAt <= maxStaleMs ? keys : undefined),
    refresh() {
      if (running !== undefined) return running;
      if (closed || now() - attemptedAt < minIntervalMs) return Promise.resolve(failedInARow === 0);
      return start();
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
