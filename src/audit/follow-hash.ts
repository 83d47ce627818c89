import type { Announcements, Redis } from '../redis/index.ts';
import type { AuditedHash, HashEntry } from './audited-hash.ts';

export interface FollowOptions<Entry extends HashEntry> {
  hash: Pick<AuditedHash<Entry>, 'list' | 'version'>;
  /** What the hash reads over. */
  redis: Pick<Redis, 'status' | 'on' | 'off'>;
  announcements: Announcements;
  /** The hash's key. */
  channel: string;
  /** Called with all entries, by their ids, whenever they were read. */
  onRead(entries: Map<string, Entry>): void;
  /** What was read last stays in force. */
  onError(error: unknown): void;
}

/**
 * Should an announcement be lost, which Redis allows at any time, a change is seen this late at most. One small read
 * for each process, not for each request.
 */
const POLL_MS = 10_000;

/**
 * Follows what operators set: reads it when a change is announced, after each reconnection, and when a look at its
 * version says so.
 * @returns what ends it
 */
export function followAuditedHash<Entry extends HashEntry>(options: FollowOptions<Entry>): () => void {
  const { hash, redis, announcements, channel, onRead, onError } = options;
  let version: string | undefined;
  let reading: Promise<void> | undefined;
  let again = false;
  let closed = false;

  const read = async () => {
    try {
      // The version first: a change in between is then read once more, never missed.
      const seen = await hash.version();
      const entries = await hash.list();
      if (closed) return;
      version = seen;
      onRead(entries);
    } catch (error) {
      // The connection was closed under a read that nobody waits for any more.
      if (!closed) onError(error);
    }
  };
  const refresh = () => {
    // Not there for the first time yet, which is no failure: it says when it is.
    if (redis.status === 'connecting' || redis.status === 'connect') return;
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
    const seen = await hash.version().catch(() => version);
    if (seen !== version) refresh();
  };

  redis.on('ready', refresh);
  const stop = announcements.listen(channel, refresh);
  const poll = setInterval(() => void look(), POLL_MS);
  poll.unref();
  return () => {
    closed = true;
    redis.off('ready', refresh);
    stop();
    clearInterval(poll);
  };
}
