import type { Announcements } from '../../redis/index.ts';

/** A copy in this process of something that other processes change. */
export interface FollowedCopy {
  /** Reads all of it anew. @returns what puts it in place */
  load(): Promise<() => void>;
  /** Takes one change over. Called in the order in which the changes were made, and never for one twice. */
  apply(change: string): void;
}

export interface FollowOptions {
  announcements: Announcements;
  /** Where each change is announced, as its number, a space, and the change itself. */
  channel: string;
  /** The number of the last change that the store has seen; 0 before the first. */
  storedVersion(): Promise<number>;
  copy: FollowedCopy;
  /** Called with why the store could not be asked; it is asked again. */
  onFailure(error: unknown): void;
  /** Milliseconds of a clock that never steps back. */
  now(): number;
}

export interface Follower {
  /**
   * Whether the copy has every change that was made up to MAX_UNCONFIRMED_MS ago; in practice, up to a moment ago. Not
   * before the first load, while the subscription is lost, and while the store does not confirm it.
   */
  isCurrent(): boolean;
  close(): void;
}

/** How often the store is asked whether a change was missed; an announcement itself takes about a millisecond. */
const POLL_MS = 500;
/** A few polls, so that a slow one does no harm. This bounds how old the copy can be when announcements are lost. */
export const MAX_UNCONFIRMED_MS = 2_000;
/** Changes that are put aside during one load; beyond that it begins anew. */
const MAX_EARLY = 10_000;

/**
 * Keeps a copy in step with a store whose changes are numbered and announced. Announcements may get lost (a connection
 * that hangs, a node of a cluster that fails), so that their numbers are compared with the store's: after a gap the
 * copy is loaded anew.
 */
export function followChanges(options: FollowOptions): Follower {
  const { announcements, channel, storedVersion, copy, onFailure, now } = options;
  let isSubscribed = false;
  /** Number of the last change in the copy; undefined while there is no telling. */
  let version: number | undefined;
  let confirmedAtMs = Number.NEGATIVE_INFINITY;
  /** The store was ahead when it was last asked: the announcement is under way, or lost. */
  let awaited: { version: number; sinceMs: number } | undefined;
  /** Announced during a load. */
  let early: string[] | undefined;
  /** Counts the loads, so that one that was overtaken changes nothing. */
  let round = 0;
  let isPolling = false;

  const loseStep = () => {
    round += 1;
    version = undefined;
    awaited = undefined;
    early = undefined;
  };

  async function loadAnew(): Promise<void> {
    loseStep();
    const own = round;
    early = [];
    const startedMs = now();
    try {
      // Before the load: a change that happens during it is announced, and its number tells that it is newer.
      const loaded = await storedVersion();
      const putInPlace = await copy.load();
      if (own !== round) return;
      putInPlace();
      version = loaded;
      confirmedAtMs = startedMs;
      const waiting = early;
      early = undefined;
      for (const announcement of waiting) take(announcement);
    } catch (error) {
      if (own !== round) return;
      early = undefined; // The next poll tries again.
      onFailure(error);
    }
  }

  function take(announcement: string): void {
    if (early !== undefined) {
      early.push(announcement);
      if (early.length > MAX_EARLY) void loadAnew();
      return;
    }
    if (version === undefined) return;
    const space = announcement.indexOf(' ');
    const number = Number(announcement.slice(0, space));
    if (number <= version) return;
    if (number !== version + 1) return void loadAnew();
    try {
      copy.apply(announcement.slice(space + 1));
    } catch (error) {
      loseStep(); // The next poll loads anew.
      onFailure(error);
      return;
    }
    version = number;
    if (awaited !== undefined && number >= awaited.version) {
      confirmedAtMs = awaited.sinceMs;
      awaited = undefined;
    }
  }

  async function poll(): Promise<void> {
    if (!isSubscribed || isPolling || early !== undefined) return;
    if (version === undefined) return loadAnew();
    const [before, own, askedMs] = [version, round, now()];
    isPolling = true;
    try {
      const stored = await storedVersion();
      if (own !== round || version === undefined) return;
      if (awaited !== undefined) announcements.reconnect();
      if (stored < before || awaited !== undefined) return await loadAnew();
      if (stored > version) awaited = { version: stored, sinceMs: askedMs };
      else confirmedAtMs = askedMs;
    } catch (error) {
      if (own === round) onFailure(error);
    } finally {
      isPolling = false;
    }
  }

  const endListening = announcements.listen(channel, (announcement) => {
    if (announcement !== undefined) return take(announcement);
    isSubscribed = true;
    void loadAnew();
  });
  const endWatching = announcements.onInterruption(() => {
    isSubscribed = false;
    loseStep();
  });
  const timer = setInterval(() => void poll(), POLL_MS).unref();

  return {
    isCurrent: () => version !== undefined && now() - confirmedAtMs <= MAX_UNCONFIRMED_MS,
    close() {
      clearInterval(timer);
      endListening();
      endWatching();
      loseStep();
      isSubscribed = false;
    },
  };
}
