import type { Readable } from 'node:stream';
import type { Config } from '../config/index.ts';
import {
  connected,
  createAnnouncements,
  logConnection,
  openBlockingRedis,
  openRedis,
  type RedisAddress,
  redisKeys,
  watchCommands,
} from '../redis/index.ts';
import type { CommandMetrics, Logger, Tracer } from '../telemetry/index.ts';
import { type Acceptance, createAcceptance, type Submission } from './accept.ts';
import { artifactPlace, artifactsFolder } from './artifacts/place.ts';
import { createLeftEnds, tellEndHere } from './ends.ts';
import { usingStore } from './error.ts';
import type { JobEvent } from './event.ts';
import { type FollowOptions, followEvents } from './follow.ts';
import { isFinal, type JobOwner, type JobRecord } from './job.ts';
import { createJobIndex, type ListPlace } from './job-index.ts';
import { createJobLog, type JobArtifacts } from './job-log.ts';
import { createJobTraces } from './job-traces.ts';
import { createListeners } from './listeners.ts';
import { NO_SUBMISSION_METRICS, type SubmissionMetrics } from './metrics.ts';
import { openQueue, type QueueDepth, type QueueOutlook } from './queue/queue.ts';
import { sessionId, sessionsFolder } from './sessions/place.ts';
import { openStoredFiles } from './stored-files/files.ts';
import { cancelJob, expireJob } from './transitions.ts';
import { waitForEnd } from './wait.ts';

/** Some of a list of jobs, newest first. */
export interface JobPage {
  jobs: JobRecord[];
  /** Where it goes on; undefined at its end. */
  next: ListPlace | undefined;
}

/** Jobs as those see them who submit and read them. Rejects with JobsError store_unavailable while Redis is away. */
export interface JobStore {
  /** Writes the job down and puts it in the queue. When it rejects there is no job. */
  accept(submission: Submission): Promise<Acceptance>;
  get(jobId: string): Promise<JobRecord | undefined>;
  /** Place among the waiting jobs, 1 for the next; undefined for one that does not wait for its first worker. */
  position(jobId: string): Promise<number | undefined>;
  /** What an estimate of a wait is made from. */
  outlook(): Promise<QueueOutlook>;
  depth(): Promise<QueueDepth>;
  /**
   * Ends a job that has not ended, wherever it runs; one that has stays as it is.
   * @returns the job with its final state; undefined where there is none
   */
  cancel(jobId: string): Promise<JobRecord | undefined>;
  /** As cancel, and removes the job with its events and files. */
  purge(jobId: string): Promise<JobRecord | undefined>;
  /**
   * Lists jobs, newest first.
   * @param owner whose; undefined for everybody's
   * @param wanted which of them; those that are not are passed over, so a page may be short
   */
  list(
    owner: Pick<JobOwner, 'tenant' | 'client'> | undefined,
    after: ListPlace | undefined,
    limit: number,
    wanted: (job: JobRecord) => boolean,
  ): Promise<JobPage>;
  /** Which jobs are the newest, without what is known of them. It may name some that are gone. */
  newestPlaces(limit: number): Promise<ListPlace[]>;
  /** The files of the job's current attempt, or its last; undefined where there is no such job. */
  artifacts(jobId: string): Promise<JobArtifacts | undefined>;
  /** Reads one of them. @param range first and last byte. @returns undefined where it is not there any more */
  readArtifact(
    jobId: string,
    attempt: number,
    path: string,
    range?: { start: number; end: number },
  ): Promise<Readable | undefined>;
  /** The events that follow afterSeq, oldest first; only some at once, and [] when there are none. */
  events(jobId: string, afterSeq: number): Promise<JobEvent[]>;
  /** See followEvents. */
  follow(jobId: string, options: FollowOptions): AsyncGenerator<JobEvent[], void>;
  /** Waits for a final state, or for the job to be gone; false when the signal ended it. */
  waitForEnd(jobId: string, signal: AbortSignal): Promise<boolean>;
  /** Forgets what a conversation has said. @returns false where a job of it has begun and not ended */
  forgetSession(owner: JobOwner, name: string): Promise<boolean>;
  /** Notes a listener to a job that ends with its last; to be called again before keepMs are over. */
  stayListening(jobId: string, listener: string, keepMs: number): Promise<void>;
  /** @returns how many others listen */
  stopListening(jobId: string, listener: string): Promise<number>;
  /** Milliseconds until a model provider may be asked again; undefined where one can be now. */
  providerPauseMs(): Promise<number | undefined>;
  /** Ends the jobs that have waited too long for their first worker. @returns how many */
  expire(): Promise<number>;
  /** Tells of the jobs that processes ended which tell nothing. @returns how many */
  tellLeftEnds(): Promise<number>;
  /** Whether Redis answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface JobStoreOptions {
  address: RedisAddress;
  config: Pick<Config, 'dataDir' | 'jobs' | 'redis'>;
  logger: Logger;
  /** Where this process tells what becomes of jobs. Absent: it tells nothing, and leaves the ends it writes to an api. */
  telling?: { tracer: Tracer; metrics: SubmissionMetrics };
  now(): number;
  commandMetrics?: CommandMetrics;
}

/** Events that are read at once, so that a long log does not fill the memory. */
const EVENTS_AT_ONCE = 50;
/** Jobs of a list that are looked at for one page, wanted or not. */
const MAX_LOOKED_AT = 1_000;
/** How long opening waits for Redis. */
const FIRST_CONNECTION_MS = 3_000;

/**
 * Opens the jobs' store. Connects again whenever the connection is lost.
 * @returns once Redis is connected; without it after a moment, and calls reject until it is there
 */
export async function openJobStore(options: JobStoreOptions): Promise<JobStore> {
  const { address, config, telling, now } = options;
  const logger = options.logger.of('jobs');
  const keys = redisKeys(config.redis.keyPrefix);
  const redis = openRedis(address, 'gatehouse-jobs');
  const subscriber = openBlockingRedis(address, 'gatehouse-jobs-subscriber');
  if (options.commandMetrics) watchCommands(redis, options.commandMetrics('gatehouse-jobs'));
  logConnection(redis, logger);
  subscriber.on('error', () => {}); // It goes to the same Redis, which logConnection speaks of.
  await connected(redis, FIRST_CONNECTION_MS).catch(() => {}); // logConnection has said it.
  const log = createJobLog(redis, keys);
  const leftEnds = createLeftEnds(redis, keys, logger);
  const tellEnd = telling ? tellEndHere(telling.metrics, createJobTraces(telling.tracer)) : leftEnds.leave;
  const queue = openQueue(redis, keys);
  const index = createJobIndex(redis, keys, longestStayMs(config));
  const files = openStoredFiles(artifactsFolder(config));
  const sessionFiles = openStoredFiles(sessionsFolder(config));
  const listeners = createListeners(redis, keys, now);
  const announcements = createAnnouncements(subscriber);

  async function cancel(jobId: string): Promise<JobRecord | undefined> {
    // Another attempt may begin meanwhile, as often as a job has attempts.
    for (;;) {
      const job = await log.readVisible(jobId);
      if (job === undefined || isFinal(job.state)) {
        await queue.remove(jobId);
        return job;
      }
      const { attempts } = job;
      const at = new Date(now());
      const write = { jobId, fence: attempts, attempt: attempts, at };
      const written = await log.write({
        ...write,
        expireMs: config.jobs.retention.ms,
        ...cancelJob(at),
      });
      if (written === 'ok') await tellEnd(job, { state: 'canceled', at, error: 'canceled', attempts });
    }
  }

  async function expireOne(jobId: string): Promise<boolean> {
    const job = await log.readVisible(jobId);
    const at = new Date(now());
    const write = { jobId, fence: 0, attempt: 0, at };
    const change = expireJob(at);
    const written = await log.write({ ...write, expireMs: config.jobs.retention.ms, ...change });
    await queue.remove(jobId);
    if (written !== 'ok') return false;
    if (job) await tellEnd(job, { state: 'expired', at, error: 'expired_in_queue', attempts: 0 });
    return true;
  }

  return {
    accept: createAcceptance({
      config,
      log,
      queue,
      index,
      logger,
      now,
      metrics: telling?.metrics ?? NO_SUBMISSION_METRICS,
    }),
    get: (jobId) => log.readVisible(jobId),
    position: (jobId) => queue.position(jobId),
    outlook: () => queue.outlook(),
    depth: () => queue.depth(),
    cancel,
    async purge(jobId) {
      const job = await cancel(jobId);
      if (job === undefined) return undefined;
      await files.remove(jobId);
      await index.remove(job.owner, jobId);
      await log.remove(jobId);
      return job;
    },
    async list(owner, after, limit, wanted) {
      const jobs: JobRecord[] = [];
      let last = after;
      for (let lookedAt = 0; lookedAt < MAX_LOOKED_AT; lookedAt += limit) {
        const places = await index.list(owner, last, limit);
        const records = await Promise.all(places.map(({ jobId }) => log.readVisible(jobId)));
        for (const [at, record] of records.entries()) {
          if (jobs.length === limit) return { jobs, next: last };
          last = places[at];
          if (record !== undefined && wanted(record)) jobs.push(record);
        }
        if (places.length < limit) return { jobs, next: undefined };
      }
      return { jobs, next: last };
    },
    newestPlaces: (limit) => index.list(undefined, undefined, limit),
    artifacts: (jobId) => log.artifacts(jobId),
    readArtifact: (jobId, attempt, path, range) => files.read(artifactPlace(jobId, attempt, path), range),
    events: (jobId, afterSeq) => log.events(jobId, afterSeq, EVENTS_AT_ONCE),
    follow: (jobId, options) =>
      followEvents(
        {
          listen: (listener) => announcements.listen(keys.jobEvents(jobId), listener),
          events: (afterSeq) => log.events(jobId, afterSeq, EVENTS_AT_ONCE),
          eventsAtOnce: EVENTS_AT_ONCE,
          progress: () => log.progress(jobId),
        },
        options,
      ),
    waitForEnd: (jobId, signal) =>
      waitForEnd(announcements, keys.jobEvents(jobId), () => log.progress(jobId), signal),
    async forgetSession(owner, name) {
      const id = sessionId(owner, name);
      if (await queue.holdsSession(id)) return false;
      await usingStore(() => redis.del(keys.session(id)));
      await sessionFiles.remove(id);
      return true;
    },
    stayListening: listeners.stay,
    stopListening: listeners.leave,
    providerPauseMs: () =>
      usingStore(async () => {
        const text = await redis.get(keys.modelAvailability);
        if (text === null) return undefined;
        const { untilMs } = JSON.parse(text) as { untilMs: number };
        return untilMs > now() ? untilMs - now() : undefined;
      }),
    async expire() {
      const expired = await Promise.all((await queue.expired()).map(expireOne));
      return expired.filter(Boolean).length;
    },
    async tellLeftEnds() {
      const left = await leftEnds.take();
      for (const { job, end } of left) await tellEnd(job, end);
      return left.length;
    },
    ping: () =>
      usingStore(async () => {
        await redis.ping();
      }),
    async close() {
      subscriber.disconnect();
      redis.disconnect();
    },
  };
}

/** How long after its acceptance a job can be read at most. */
function longestStayMs({ jobs }: Pick<Config, 'jobs'>): number {
  const { maxWait, attempts, maxTimeout, retention } = jobs;
  const pausesMs = 5 * 60_000;
  return maxWait.ms + 2 * attempts * (maxTimeout.ms + pausesMs) + retention.ms;
}
