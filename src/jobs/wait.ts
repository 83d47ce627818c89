import type { Announcements } from '../redis/index.ts';
import { Bell } from './bell.ts';
import { JobsError } from './error.ts';
import { isFinal } from './job.ts';
import type { JobProgress } from './job-log.ts';

/** How soon a waiter looks again when it could not read the job. */
const LOOK_AGAIN_MS = 500;

/**
 * Waits until a job has its final state, or is gone. While Redis is away it goes on waiting.
 * @returns false when the signal ended it
 */
export async function waitForEnd(
  announcements: Announcements,
  channel: string,
  read: () => Promise<JobProgress | undefined>,
  signal: AbortSignal,
): Promise<boolean> {
  const bell = new Bell();
  const ring = () => bell.ring();
  signal.addEventListener('abort', ring, { once: true });
  const stop = announcements.listen(channel, (message) => {
    if (message === undefined || isFinal(parseAnnouncement(message).state)) ring();
  });
  let again: NodeJS.Timeout | undefined;
  try {
    while (!signal.aborted) {
      await bell.rung();
      if (signal.aborted) break;
      try {
        const progress = await read();
        if (progress === undefined || isFinal(progress.state)) return true;
      } catch (error) {
        if (!(error instanceof JobsError && error.code === 'store_unavailable')) throw error;
        again = setTimeout(ring, LOOK_AGAIN_MS);
      }
    }
    return false;
  } finally {
    clearTimeout(again);
    stop();
    signal.removeEventListener('abort', ring);
  }
}

/** What write-job.lua publishes: `<sequence number> <state>`. */
export function parseAnnouncement(message: string): JobProgress {
  const [seq, state] = message.split(' ');
  return { seq: Number(seq), state: state as JobProgress['state'] };
}
