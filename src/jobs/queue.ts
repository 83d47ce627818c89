import { Queue } from 'bullmq';
import type { Redis, RedisKeys } from '../redis/index.ts';
import { usingStore } from './error.ts';

export const QUEUE_NAME = 'jobs';

/** All that BullMQ gets to know of a job; everything else is in its record. */
export interface QueuedJob {
  jobId: string;
}

/** BullMQ keeps a stream of its own events, which nothing here reads. */
const BULLMQ_EVENTS_KEPT = 100;

/** The waiting jobs. */
export interface JobQueue {
  add(jobId: string): Promise<void>;
  /** How many jobs wait, those that wait for another attempt included. */
  waiting(): Promise<number>;
  /** Place among the waiting jobs, 1 for the next; undefined for one that runs, is done, or waits for another attempt. */
  position(jobId: string): Promise<number | undefined>;
  close(): Promise<void>;
}

/**
 * The queue as its producers see it.
 * @param redis a connection for short commands; stays open when the queue closes
 */
export function openQueue(redis: Redis, keys: RedisKeys): JobQueue {
  const queue = new Queue<QueuedJob>(QUEUE_NAME, {
    connection: redis,
    prefix: keys.queuePrefix,
    // The record says how a job ended, for as long as it is kept.
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    streams: { events: { maxLen: BULLMQ_EVENTS_KEPT } },
    // Both would wait for Redis at start; here a call fails at once while Redis is away.
    skipVersionCheck: true,
    skipWaitingForReady: true,
  });
  queue.on('error', () => {}); // Each call rejects by itself.
  const waitingList = queue.toKey('wait');
  return {
    add: (jobId) =>
      usingStore(async () => {
        await queue.add(QUEUE_NAME, { jobId }, { jobId });
      }),
    waiting: () =>
      usingStore(async () => {
        const counts = await queue.getJobCounts('waiting', 'delayed');
        return (counts.waiting ?? 0) + (counts.delayed ?? 0);
      }),
    position: (jobId) =>
      usingStore(async () => {
        // BullMQ pushes on the left and takes from the right, so the place is counted from the right.
        const [[, index], [, length]] = (await redis
          .multi()
          .lpos(waitingList, jobId)
          .llen(waitingList)
          .exec()) as [[null, number | null], [null, number]];
        return index === null ? undefined : length - index;
      }),
    close: () => queue.close(),
  };
}
