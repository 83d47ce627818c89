import type { Announcements } from '../redis/index.ts';
import { Bell } from './bell.ts';
import { JobsError } from './error.ts';
import type { JobEvent } from './event.ts';
import { isFinal } from './job.ts';
import type { JobProgress } from './job-log.ts';
import { parseAnnouncement } from './wait.ts';

/** How soon a follower looks again when it could not read the job. */
const LOOK_AGAIN_MS = 500;

/** Where a job's events are to be had. */
export interface FollowedJob {
  listen(listener: Parameters<Announcements['listen']>[1]): () => void;
  /** At most `eventsAtOnce` of those that follow. */
  events(afterSeq: number): Promise<JobEvent[]>;
  eventsAtOnce: number;
  /** Undefined where the job is gone. */
  progress(): Promise<JobProgress | undefined>;
}

export interface FollowOptions {
  /** 0 for all of them. */
  afterSeq: number;
  signal: AbortSignal;
  /** How long nothing may come until that is told; without it nothing is told. */
  silentMs?: number;
}

/**
 * A job's events that follow afterSeq and those to come, several at once, read only as they are taken; none of them
 * where nothing came for silentMs. Ends after the final state, where the job is gone, and with the signal. While Redis is
 * away it waits.
 */
export async function* followEvents(
  job: FollowedJob,
  { afterSeq, signal, silentMs }: FollowOptions,
): AsyncGenerator<JobEvent[], void> {
  const bell = new Bell();
  const ring = () => bell.ring();
  let seq = afterSeq;
  let announced = afterSeq;
  /** There may be more than was announced. */
  let unsure = true;
  const stop = job.listen((message) => {
    if (message === undefined) unsure = true;
    else announced = Math.max(announced, parseAnnouncement(message).seq);
    if (unsure || announced > seq) ring();
  });
  signal.addEventListener('abort', ring, { once: true });
  try {
    while (!signal.aborted) {
      if (unsure || announced > seq) {
        unsure = false;
        const events = await whileThere(() => job.events(seq));
        const last = events?.at(-1);
        if (events !== undefined && last !== undefined) {
          seq = last.seq;
          unsure ||= events.length >= job.eventsAtOnce;
          yield events;
          if (last.type === 'status' && isFinal(last.state)) return;
          continue;
        }
        const progress = events && (await whileThere(async () => ({ at: await job.progress() })));
        if (progress === undefined) {
          unsure = true;
          await bell.rung(LOOK_AGAIN_MS);
          continue;
        }
        if (progress.at === undefined) return;
        if (isFinal(progress.at.state) && progress.at.seq <= seq) return;
      }
      if (await bell.rung(silentMs)) continue;
      unsure = true;
      yield [];
    }
  } finally {
    stop();
    signal.removeEventListener('abort', ring);
  }
}

/** @returns undefined while Redis is away */
async function whileThere<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof JobsError && error.code === 'store_unavailable') return undefined;
    throw error;
  }
}
