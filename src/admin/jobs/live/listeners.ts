import type { EventStream } from '../../event-stream.ts';

/** Bounds how many follow jobs at a time, and how long one of them may hold its place without taking anything. */
export interface JobListeners {
  /** @returns the stream, which takes a place while it is read; undefined where there is none */
  listen(events: EventStream): EventStream | undefined;
}

const MAX_LISTENERS = 50;
/** As of who follows what happens: see live/feed.ts. */
const MAX_SILENCE_MS = 30_000;

/** @param maxListeners for tests, as is maxSilenceMs */
export function createJobListeners(
  maxListeners = MAX_LISTENERS,
  maxSilenceMs = MAX_SILENCE_MS,
): JobListeners {
  let listening = 0;
  async function* counted(events: AsyncIterable<string>, drop: () => void): AsyncGenerator<string> {
    let untaken: NodeJS.Timeout | undefined;
    listening += 1;
    try {
      for await (const event of events) {
        untaken = setTimeout(drop, maxSilenceMs);
        yield event;
        clearTimeout(untaken);
      }
    } finally {
      clearTimeout(untaken);
      listening -= 1;
    }
  }
  return {
    listen: (events) =>
      listening >= maxListeners ? undefined : (stream) => counted(events(stream), stream.drop),
  };
}
