import type { JobSummary, LiveEventName, LiveEvents, Overview } from '../contract.ts';
import type { EventStream } from '../event-stream.ts';

/** Who listens to what happens: everybody gets the newest, and nobody can hold the others up. */
export interface LiveFeed {
  publish(overview: Overview, changed: readonly JobSummary[]): void;
  /**
   * The feed in the format of the HTML standard, section 9.2, from its newest on.
   * @param goesOn asked before each event; false ends it
   * @returns undefined where as many listen as may
   */
  listen(newest: LiveEvents, goesOn: () => boolean): EventStream | undefined;
}

export interface LiveFeedOptions {
  /** Called when one begins to listen; what it returns, when that one is gone. */
  onListener(): () => void;
  /** Milliseconds of a clock that never steps back. */
  now(): number;
  maxListeners?: number;
}

const MAX_LISTENERS = 50;
/** Who takes nothing for so long is gone, or too slow to be of use to anybody. */
const MAX_SILENCE_MS = 30_000;
/** Of one listener; more of them have the oldest left out, which a list shows all the same. */
const MAX_PENDING_JOBS = 200;
/** How long a browser waits before it connects again. */
const RECONNECT_MS = 2_000;

interface Listener {
  /** What it has not taken yet: of overviews only the newest counts. */
  overview: Overview | undefined;
  jobs: Map<string, JobSummary>;
  /** Since when there is something that it has not taken. */
  pendingSinceMs: number | undefined;
  wake(): void;
  drop(): void;
}

export function createLiveFeed({ onListener, now, maxListeners = MAX_LISTENERS }: LiveFeedOptions): LiveFeed {
  const listeners = new Set<Listener>();

  async function* follow(
    newest: LiveEvents,
    goesOn: () => boolean,
    { signal, drop }: Parameters<EventStream>[0],
  ): AsyncGenerator<string> {
    let news = Promise.withResolvers<void>();
    const listener: Listener = {
      overview: newest.overview,
      jobs: new Map(newest.jobs.changed.map((job) => [job.jobId, job])),
      pendingSinceMs: undefined,
      wake: () => news.resolve(),
      drop,
    };
    signal.addEventListener('abort', listener.wake, { once: true });
    listeners.add(listener);
    const gone = onListener();
    try {
      yield `retry: ${RECONNECT_MS}\n\n`;
      while (!signal.aborted && goesOn()) {
        const { overview, jobs } = listener;
        listener.overview = undefined;
        listener.jobs = new Map();
        listener.pendingSinceMs = undefined;
        news = Promise.withResolvers();
        if (overview !== undefined) yield format('overview', overview);
        if (jobs.size > 0) yield format('jobs', { changed: [...jobs.values()] });
        if (listener.pendingSinceMs === undefined && !signal.aborted) await news.promise;
      }
    } finally {
      listeners.delete(listener);
      signal.removeEventListener('abort', listener.wake);
      gone();
    }
  }

  function offer(listener: Listener, overview: Overview, changed: readonly JobSummary[]): void {
    listener.overview = overview;
    for (const job of changed) {
      listener.jobs.delete(job.jobId);
      listener.jobs.set(job.jobId, job);
      const [oldest] = listener.jobs.keys();
      if (listener.jobs.size > MAX_PENDING_JOBS && oldest !== undefined) listener.jobs.delete(oldest);
    }
    listener.pendingSinceMs ??= now();
    listener.wake();
  }

  return {
    publish(overview, changed) {
      for (const listener of listeners) {
        const isTooSlow = now() - (listener.pendingSinceMs ?? now()) > MAX_SILENCE_MS;
        if (isTooSlow) listener.drop();
        else offer(listener, overview, changed);
      }
    },
    listen: (newest, goesOn) =>
      listeners.size >= maxListeners ? undefined : (stream) => follow(newest, goesOn, stream),
  };
}

/** JSON has no line breaks, so the data is always one line. */
function format<Name extends LiveEventName>(name: Name, data: LiveEvents[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
