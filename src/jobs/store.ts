import { randomUUID } from 'node:crypto';
import type { Config } from '../config/index.ts';
import {
  connected,
  createAnnouncements,
  logConnection,
  openBlockingRedis,
  openRedis,
  type RedisAddress,
  redisKeys,
} from '../redis/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { usingStore } from './error.ts';
import type { JobEvent } from './event.ts';
import {
  type Injected,
  isFinal,
  type JobOwner,
  type JobPermissions,
  type JobRecord,
  type JobRequest,
} from './job.ts';
import { createJobLog, type JobProgress } from './job-log.ts';
import { openQueue } from './queue.ts';
import { waitUntil } from './wait.ts';

/** A request to run a job, checked. */
export interface Submission {
  owner: JobOwner;
  permissions: JobPermissions;
  request: JobRequest;
  requestId: string;
  /** What was added to what the caller sent. */
  injected?: Injected;
}

export type Acceptance =
  /** position: place among the waiting jobs; undefined when a worker has taken it already. */
  { kind: 'accepted'; record: JobRecord; position: number | undefined } | { kind: 'queue_full' };

/** Jobs as those see them who submit and read them. Rejects with JobsError store_unavailable while Redis is away. */
export interface JobStore {
  /** Writes the job down and puts it in the queue. When it rejects there is no job. */
  accept(submission: Submission): Promise<Acceptance>;
  get(jobId: string): Promise<JobRecord | undefined>;
  /** Place among the waiting jobs, 1 for the next; undefined for one that does not wait for its first worker. */
  position(jobId: string): Promise<number | undefined>;
  /** The events that follow afterSeq, oldest first; only some at once, and [] when there are none. */
  events(jobId: string, afterSeq: number): Promise<JobEvent[]>;
  /** Waits for newer events than afterSeq, or for the job to be gone; false when the signal ended it. */
  waitFor(jobId: string, afterSeq: number, signal: AbortSignal): Promise<boolean>;
  /** Waits for a final state, or for the job to be gone; false when the signal ended it. */
  waitForEnd(jobId: string, signal: AbortSignal): Promise<boolean>;
  /** Whether Redis answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface JobStoreOptions {
  address: RedisAddress;
  config: Pick<Config, 'jobs' | 'redis'>;
  logger: Logger;
  now(): number;
}

/** Events that are read at once, so that a long log does not fill the memory. */
const EVENTS_AT_ONCE = 50;
/** A record whose job never got into the queue, because this process died in between, leaves after this time. */
const UNQUEUED_EXPIRE_MS = 60_000;

/** How long opening waits for Redis. */
const FIRST_CONNECTION_MS = 3_000;

/**
 * Opens the jobs' store. Connects again whenever the connection is lost.
 * @returns once Redis is connected; without it after a moment, and calls reject until it is there
 */
export async function openJobStore(options: JobStoreOptions): Promise<JobStore> {
  const { address, config, logger, now } = options;
  const keys = redisKeys(config.redis.keyPrefix);
  const redis = openRedis(address, 'gatehouse-jobs');
  const subscriber = openBlockingRedis(address, 'gatehouse-jobs-subscriber');
  logConnection(redis, logger);
  subscriber.on('error', () => {}); // It goes to the same Redis, which logConnection speaks of.
  await connected(redis, FIRST_CONNECTION_MS).catch(() => {}); // logConnection has said it.
  const log = createJobLog(redis, keys);
  const queue = openQueue(redis, keys);
  const announcements = createAnnouncements(subscriber);
  const wait = (jobId: string, reached: (progress: JobProgress) => boolean, signal: AbortSignal) =>
    waitUntil(announcements, keys.jobEvents(jobId), () => log.progress(jobId), reached, signal);

  // Submissions that were let in and are not in the queue yet count as well, so that a burst cannot pass the bound.
  let entering = 0;

  async function enter(record: JobRecord, { request, permissions }: Submission): Promise<number | undefined> {
    const { jobId, lastSeq: _, ...fields } = record;
    const write = { jobId, attempt: 0, at: new Date(record.createdAt) };
    await log.write({
      ...write,
      fence: 'new',
      expireMs: UNQUEUED_EXPIRE_MS,
      fields: { ...fields, request, permissions, handedBack: 0 },
      events: [{ type: 'status', state: 'queued' }],
    });
    try {
      await queue.add(jobId);
      const [position] = await Promise.all([
        queue.position(jobId),
        // Refused where a worker has begun already: then it has decided how long the record stays.
        log.write({ ...write, fence: 0, expireMs: 'keep', fields: {}, events: [] }),
      ]);
      return position;
    } catch (error) {
      // Whether it got into the queue is not known. Without its record nobody runs it.
      await log
        .remove(jobId)
        .catch((err: unknown) => logger.warn({ err, job_id: jobId }, 'record left over'));
      throw error;
    }
  }

  return {
    async accept(submission) {
      const { owner, requestId, injected } = submission;
      entering += 1;
      try {
        if ((await queue.waiting()) + entering > config.jobs.maxQueued) return { kind: 'queue_full' };
        const record: JobRecord = {
          jobId: randomUUID(),
          owner,
          state: 'queued',
          attempts: 0,
          ...(injected && { injected }),
          requestId,
          createdAt: new Date(now()).toISOString(),
          lastSeq: 1,
        };
        return { kind: 'accepted', record, position: await enter(record, submission) };
      } finally {
        entering -= 1;
      }
    },
    get: (jobId) => log.readVisible(jobId),
    position: (jobId) => queue.position(jobId),
    events: (jobId, afterSeq) => log.events(jobId, afterSeq, EVENTS_AT_ONCE),
    waitFor: (jobId, afterSeq, signal) => wait(jobId, ({ seq }) => seq > afterSeq, signal),
    waitForEnd: (jobId, signal) => wait(jobId, ({ state }) => isFinal(state), signal),
    ping: () =>
      usingStore(async () => {
        await redis.ping();
      }),
    async close() {
      await queue.close();
      subscriber.disconnect();
      redis.disconnect();
    },
  };
}
