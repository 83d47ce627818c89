import { readFileSync, statSync } from 'node:fs';
import type { FailureLog } from '../../telemetry/index.ts';
import type { KeySet } from './key-set.ts';
import type { KeySource } from './key-source.ts';

export interface FileKeysOptions {
  /** Absolute. */
  path: string;
  /** @throws UnusableKeySet */
  parse(bytes: Buffer): KeySet;
  /** How long the last keys count after the file has become unusable. */
  maxStaleMs: number;
  failures: FailureLog;
  /** Told of keys that differ from the last ones. */
  changed(keys: KeySet): void;
  /** Milliseconds of a clock that never steps back. */
  now(): number;
}

/** Polled, because a mounted secret is replaced by a symbolic link further up, of which no watch on it tells. */
const POLL_MS = 1_000;

/**
 * Keys from a file, which is read again when it changes. One that cannot be used any more, as while it is half written,
 * leaves the last keys in force up to maxStale.
 * @throws what the file system throws, UnusableKeySet: it must be usable at the start
 */
export function openFileKeys(options: FileKeysOptions): KeySource {
  const { path, parse, maxStaleMs, failures, changed, now } = options;
  // Before the file itself, so that no change falls between the two.
  let state = stateOf(path);
  let keys = parse(readFileSync(path));
  let brokenSince: number | undefined;
  changed(keys);

  function poll(): void {
    const found = stateOf(path);
    if (found === state) return;
    state = found;
    try {
      const read = parse(readFileSync(path));
      if (!read.equals(keys)) {
        keys = read;
        changed(read);
      }
      brokenSince = undefined;
      failures.succeeded();
    } catch (error) {
      brokenSince ??= now();
      failures.failed(error);
    }
  }

  const timer = setInterval(poll, POLL_MS).unref();
  return {
    current: () => (brokenSince === undefined || now() - brokenSince <= maxStaleMs ? keys : undefined),
    refresh: () => Promise.resolve(brokenSince === undefined),
    close: () => clearInterval(timer),
  };
}

/** Differs whenever the file may hold something else. */
function stateOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? 'missing' : `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
}
