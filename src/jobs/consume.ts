import { DelayedError, type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Config } from '../config/index.ts';
import { logConnection, openBlockingRedis, type RedisAddress, redisKeys } from '../redis/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { artifactsFolder, openArtifactFiles } from './artifacts/files.ts';
import { startArtifactRetention } from './artifacts/retention.ts';
import { createArtifactSink } from './artifacts/sink.ts';
import type { AbortReason, RunAttempt } from './attempt.ts';
import { execute } from './execute.ts';
import { isFinal, type JobRequest } from './job.ts';
import { createJobLog, type JobChange, type WriteRefusal } from './job-log.ts';
import { QUEUE_NAME, type QueuedJob } from './queue.ts';
import { beginAttempt, endAttempt, handBack } from './transitions.ts';

export interface ConsumeOptions {
  address: RedisAddress;
  config: Pick<Config, 'dataDir' | 'jobs' | 'pool' | 'redis'>;
  logger: Logger;
  /** Milliseconds since the epoch. */
  now(): number;
  /** How long a job stays with a worker that does not show signs of life. */
  lockMs?: number;
  /** How often jobs are looked for whose worker is gone. */
  stalledCheckMs?: number;
}

export interface JobConsumer {
  /** Takes no more jobs, lets those that run finish within graceMs, then aborts them and gives them back to the queue. */
  close(graceMs: number): Promise<void>;
}

/**
 * A worker that was killed gives its job up within lockMs + stalledCheckMs. A shorter lock would be lost by a
 * healthy process too, whenever it or Redis stands still for a moment, and the job would run again for nothing.
 */
const LOCK_MS = 20_000;
const STALLED_CHECK_MS = 10_000;
/** How soon BullMQ asks again after a lost connection; its own default is 15 s. */
const RUN_RETRY_MS = 1_000;
/** How often the files of jobs are looked through for such as nobody needs any more. */
const ARTIFACTS_CHECK_MS = 60_000;
/** For stopping what runs and giving it back after the grace; then the connections are cut. */
const HAND_BACK_MS = 5_000;

/**
 * Takes jobs from the queue and runs them, config.pool.workers at a time. BullMQ delivers at least once; what counts is
 * in the job's record, which only the current attempt may change.
 */
export function consumeJobs(options: ConsumeOptions, run: RunAttempt): JobConsumer {
  const { address, config, logger, now } = options;
  const keys = redisKeys(config.redis.keyPrefix);
  const redis = openBlockingRedis(address, 'gatehouse-worker');
  logConnection(redis, logger);
  const log = createJobLog(redis, keys);
  const limits = { attempts: config.jobs.attempts, backoffMs: config.jobs.backoff.ms };
  const files = openArtifactFiles(artifactsFolder(config));
  const retention = startArtifactRetention({
    files,
    stateOf: async (jobId) => (await log.progress(jobId))?.state,
    maxTotalBytes: config.jobs.artifacts.maxTotal.bytes,
    everyMs: ARTIFACTS_CHECK_MS,
    onError: (err) => logger.warn({ err }, 'the files of jobs could not be looked through'),
  });
  const artifactLimits = {
    maxFileBytes: config.jobs.artifacts.maxFile.bytes,
    maxBytesPerJob: config.jobs.artifacts.maxPerJob.bytes,
    maxFilesPerJob: config.jobs.artifacts.maxFilesPerJob,
    freeBytes: retention.freeBytes,
  };

  const write = (
    jobId: string,
    fence: number,
    attempt: number,
    change: JobChange,
  ): Promise<'ok' | WriteRefusal> => {
    const { state } = change.fields;
    const expireMs = state !== undefined && isFinal(state) ? config.jobs.retention.ms : 'keep';
    return log.write({ jobId, fence, attempt, at: new Date(now()), expireMs, ...change });
  };

  async function runNext(queued: Job<QueuedJob>, token: string, signal: AbortSignal): Promise<void> {
    const { jobId } = queued.data;
    const job = await log.read(jobId);
    // Gone: it was never accepted, or is past its retention. Final: the worker died between the record and the queue.
    if (job?.request === undefined || isFinal(job.state)) return;
    const beginning = beginAttempt(job, limits, new Date(now()));
    const attempt = beginning.kind === 'run' ? beginning.attempt : job.attempts;
    const begun = await write(jobId, job.attempts, attempt, beginning.change);
    if (begun !== 'ok') throw await release(queued, token, begun);
    const fields = { job_id: jobId, attempt, tenant: job.owner.tenant, request_id: job.requestId };
    if (beginning.kind === 'exhausted') {
      logger.warn({ ...fields, code: 'worker_crashed' }, 'job failed');
      throw new UnrecoverableError('worker_crashed');
    }
    logger.info(fields, 'attempt begins');

    const execution = await execute({
      attempt: {
        jobId,
        attempt,
        owner: job.owner,
        permissions: job.permissions ?? {},
        request: job.request,
        timeoutMs: timeoutMs(job.request),
      },
      run,
      artifacts: (append) => createArtifactSink({ files, limits: artifactLimits, jobId, attempt, append }),
      write: (change) => write(jobId, attempt, attempt, change),
      now: () => new Date(now()),
      signal,
      onError: (err) => logger.error({ ...fields, err }, 'attempt failed with a bug'),
    });
    if (execution.kind === 'superseded') throw await release(queued, token, 'superseded');
    if (execution.kind === 'interrupted') {
      const reason = await write(jobId, attempt, attempt, handBack(job));
      logger.warn(
        { ...fields, reason: String(signal.reason) },
        'attempt interrupted, job goes back to the queue',
      );
      throw await release(queued, token, reason);
    }
    const ending = endAttempt(job, attempt, execution.outcome, limits, new Date(now()));
    const written = await write(jobId, attempt, attempt, ending.change);
    if (written !== 'ok') throw await release(queued, token, written);
    const { outcome } = execution;
    const code = outcome.kind === 'failed' ? outcome.error.code : outcome.kind;
    logger.info({ ...fields, code, model: outcome.model }, `attempt ends: ${ending.kind}`);
    if (ending.kind === 'failed') throw new UnrecoverableError(code);
    if (ending.kind === 'retry') {
      await queued.moveToDelayed(now() + ending.delayMs, token);
      throw new DelayedError();
    }
  }

  /**
   * Gives a job up so that the next worker takes it at once; where the lock is lost it has been given up already.
   * @returns what tells BullMQ that the job is no longer this worker's
   */
  async function release(queued: Job<QueuedJob>, token: string, why: 'ok' | WriteRefusal): Promise<Error> {
    if (why === 'missing' || why === 'final') return new UnrecoverableError(why);
    try {
      await queued.moveToWait(token);
    } catch (err) {
      logger.warn({ err, job_id: queued.data.jobId, reason: why }, 'job is not ours to give back');
    }
    return new WaitingError();
  }

  function timeoutMs({ timeout_s }: JobRequest): number {
    const asked = timeout_s === undefined ? config.jobs.timeout.ms : timeout_s * 1000;
    return Math.min(asked, config.jobs.maxTimeout.ms);
  }

  const worker = new Worker<QueuedJob>(
    QUEUE_NAME,
    async (queued, token, signal) => {
      if (token === undefined || signal === undefined) throw new TypeError('BullMQ gave no token or signal');
      try {
        await runNext(queued, token, signal);
      } catch (error) {
        if (isVerdict(error)) throw error;
        // What was to be written could not be. Left alone, the job is taken again once its lock has run out.
        logger.error({ err: error, job_id: queued.data.jobId }, 'attempt could not be written down');
        throw new WaitingError();
      }
    },
    {
      connection: redis,
      prefix: keys.queuePrefix,
      concurrency: config.pool.workers,
      lockDuration: options.lockMs ?? LOCK_MS,
      stalledInterval: options.stalledCheckMs ?? STALLED_CHECK_MS,
      // How often a job may be tried is for its record to say, where its caller can read it.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      runRetryDelay: RUN_RETRY_MS,
      // The check writes to the console. Without a version BullMQ waits whole seconds, so a retry may be up to one late.
      skipVersionCheck: true,
    },
  );
  // The connection's own errors come here too; those logConnection has said.
  worker.on('error', (err) => {
    if (redis.status === 'ready') logger.warn({ err }, 'queue');
  });
  worker.on('stalled', (jobId) =>
    logger.warn({ job_id: jobId }, "job's worker is gone, job goes back to the queue"),
  );
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId, 'lock lost' satisfies AbortReason);
  });

  let closed: Promise<void> | undefined;
  async function close(graceMs: number): Promise<void> {
    const grace = setTimeout(() => worker.cancelAllJobs('closing' satisfies AbortReason), graceMs);
    const cut = Promise.withResolvers<'cut'>();
    const deadline = setTimeout(() => cut.resolve('cut'), graceMs + HAND_BACK_MS);
    const end = await Promise.race([worker.close(), cut.promise]);
    clearTimeout(grace);
    clearTimeout(deadline);
    redis.disconnect();
    await retention.close();
    if (end !== 'cut') return;
    logger.warn(
      { reason: 'Redis is away or an attempt does not stop' },
      'cut before every job was given back',
    );
    worker.disconnect().catch(() => {});
  }

  return {
    close(graceMs) {
      closed ??= close(graceMs);
      return closed;
    },
  };
}

/** What BullMQ understands as an answer. */
function isVerdict(error: unknown): boolean {
  return (
    error instanceof UnrecoverableError || error instanceof WaitingError || error instanceof DelayedError
  );
}
