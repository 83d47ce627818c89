import { randomUUID } from 'node:crypto';
import type { Config } from '../config/index.ts';
import {
  createAnnouncements,
  logConnection,
  openBlockingRedis,
  type RedisAddress,
  redisKeys,
} from '../redis/index.ts';
import { type Logger, silentTracer, type Tracer } from '../telemetry/index.ts';
import type { RunAttempt } from './attempt.ts';
import { Bell } from './bell.ts';
import { tellEndHere } from './ends.ts';
import { HeldJobs } from './held-jobs.ts';
import { createJobLog } from './job-log.ts';
import { createJobTraces } from './job-traces.ts';
import { NO_RUN_METRICS, type RunMetrics } from './metrics.ts';
import { openQueue } from './queue/queue.ts';
import { createJobRunner } from './run-job.ts';
import { watchForEnd } from './watch-for-end.ts';
import { openWorkerFiles } from './worker-files.ts';

/** Whether model requests would be answered now. */
export type Availability = { kind: 'open' } | { kind: 'parked' | 'broken'; untilMs: number };

export interface ConsumeOptions {
  address: RedisAddress;
  config: Pick<Config, 'dataDir' | 'jobs' | 'pool' | 'redis'>;
  logger: Logger;
  /** Absent: nothing is traced. */
  tracer?: Tracer;
  /** Milliseconds since the epoch. */
  now(): number;
  /** No job is begun unless this is open. untilMs: milliseconds since the epoch. */
  availability(): Availability;
  metrics?: RunMetrics;
  /** How long a job stays with a worker that does not show signs of life. */
  leaseMs?: number;
}

export interface JobConsumer {
  /** Takes no more jobs, lets those that run finish within graceMs, then aborts them and gives them back to the queue. */
  close(graceMs: number): Promise<void>;
}

/**
 * A worker that was killed gives its job up within this time. A shorter lease would be lost by a healthy process too,
 * whenever it or Redis stands still for a moment, and the job would run again for nothing.
 */
const LEASE_MS = 20_000;
/** Work is announced; an announcement that was missed costs no more than this. */
const LOOK_AGAIN_MS = 1_000;
/** For stopping what runs and giving it back after the grace; then the connections are cut. */
const HAND_BACK_MS = 5_000;

/**
 * Takes jobs from the queue and runs them, config.pool.workers at a time. A job may be taken more than once; what counts
 * is in its record, which only the current attempt may change.
 */
export function consumeJobs(options: ConsumeOptions, run: RunAttempt): JobConsumer {
  const { address, config, tracer = silentTracer, now, availability, leaseMs = LEASE_MS } = options;
  const logger = options.logger.of('jobs');
  const { metrics = NO_RUN_METRICS } = options;
  const keys = redisKeys(config.redis.keyPrefix);
  const redis = openBlockingRedis(address, 'gatehouse-worker');
  const subscriber = openBlockingRedis(address, 'gatehouse-worker-subscriber');
  logConnection(redis, logger);
  subscriber.on('error', () => {}); // It goes to the same Redis, which logConnection speaks of.
  const announcements = createAnnouncements(subscriber);
  const log = createJobLog(redis, keys);
  const queue = openQueue(redis, keys);
  let open = true;
  const files = openWorkerFiles({
    ...{ config, redis, keys, log, now },
    onError: (err) => {
      if (open) logger.warn({ err }, 'the files of jobs could not be looked through');
    },
  });
  const traces = createJobTraces(tracer);
  const runJob = createJobRunner({
    ...{ config, logger, now, log, queue, files, metrics, traces, run },
    tellEnd: tellEndHere(metrics, traces),
  });
  const held = new HeldJobs({ queue, places: config.pool.workers, leaseMs, logger });
  const bell = new Bell();
  const stopListening = announcements.listen(queue.channel, () => bell.ring());
  /** @returns how long there is nothing to take, at most */
  async function takeNext(): Promise<number> {
    if (held.full) return LOOK_AGAIN_MS;
    const gate = availability();
    if (gate.kind !== 'open') return Math.min(Math.max(1, gate.untilMs - now()), LOOK_AGAIN_MS);
    const token = randomUUID();
    const askedAt = performance.now();
    const { jobId, nextInMs = LOOK_AGAIN_MS, overdue } = await queue.take(token, leaseMs);
    for (const gone of overdue)
      logger.warn({ job_id: gone }, "job's worker is gone, job goes back to the queue");
    if (jobId === undefined) return Math.min(Math.max(1, nextInMs), LOOK_AGAIN_MS);
    const job = held.hold({ jobId, token }, askedAt);
    const stopWatching = watchForEnd({ announcements, channel: keys.jobEvents(jobId), log, jobId }, () =>
      job.abort('canceled'),
    );
    void runJob(job.lease, job.signal)
      // What was to be written could not be. Left alone, the job is taken again once its lease has run out.
      .catch((err: unknown) => logger.error({ err, job_id: jobId }, 'attempt could not be written down'))
      .finally(() => {
        stopWatching();
        held.drop(job);
        bell.ring();
      });
    return 0;
  }

  async function takeAll(): Promise<void> {
    while (open) {
      const waitMs = await takeNext().catch((err: unknown) => {
        if (open) logger.warn({ err }, 'queue');
        return LOOK_AGAIN_MS;
      });
      if (open && waitMs > 0) await bell.rung(waitMs);
    }
  }
  const taking = takeAll();

  let closed: Promise<void> | undefined;
  async function close(graceMs: number): Promise<void> {
    open = false;
    bell.ring();
    const grace = setTimeout(() => held.abortAll('closing'), graceMs);
    const cut = Promise.withResolvers<'cut'>();
    const deadline = setTimeout(() => cut.resolve('cut'), graceMs + HAND_BACK_MS);
    const end = await Promise.race([Promise.all([taking, held.empty()]), cut.promise]);
    clearTimeout(grace);
    clearTimeout(deadline);
    held.close();
    stopListening();
    subscriber.disconnect();
    redis.disconnect();
    await files.close();
    if (end === 'cut')
      logger.warn(
        { reason: 'Redis is away or an attempt does not stop' },
        'cut before every job was given back',
      );
  }

  return {
    close(graceMs) {
      closed ??= close(graceMs);
      return closed;
    },
  };
}
