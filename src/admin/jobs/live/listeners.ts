import type { EventStream } from '../../event-stream.ts';

/** Bounds how many follow jobs at a time. */
export interface JobListeners {
  /** @returns the stream, which takes a place while it is read; undefined where there is none */
  listen(events: EventStream): EventStream | undefined;
}

const MAX_LISTENERS = 50;

export function createJobListeners(maxListeners = MAX_LISTENERS): JobListeners {
  let listening = 0;
  async function* counted(events: AsyncIterable<string>): AsyncGenerator<string> {
    listening += 1;
    try {
      yield* events;
    } finally {
      listening -= 1;
    }
  }
  return {
    listen: (events) => (listening >= maxListeners ? undefined : (stream) => counted(events(stream))),
  };
}
