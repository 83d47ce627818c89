import type { Redis, RedisKeys } from '../redis/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { usingStore } from './error.ts';
import type { JobEnd, JobRecord } from './job.ts';
import type { JobTraces } from './job-traces.ts';
import type { EndMetrics } from './metrics.ts';

/** Tells that a job has ended. Called by whoever wrote the final state, of whom there is one. */
export type TellEnd = (job: JobRecord, end: JobEnd) => void | Promise<void>;

/** In this process's own metrics and spans. */
export function tellEndHere(metrics: EndMetrics, traces: Pick<JobTraces, 'end'>): TellEnd {
  return (job, end) => {
    metrics.ended(end.state, end.error);
    traces.end(job, end);
  };
}

/** Ends of jobs, written by processes which tell neither metrics nor spans: the admin role and operators' commands. */
export interface LeftEnds {
  leave: TellEnd;
  /** Takes those that were left: each is taken by one process. */
  take(): Promise<{ job: JobRecord; end: JobEnd }[]>;
}

/** What a moment of no api at all can leave. Older ends are given up. */
const MAX_LEFT = 10_000;
const TAKE_AT_ONCE = 100;

/** @param logger says where an end could not be left; the job has ended all the same */
export function createLeftEnds(redis: Redis, { leftJobEnds: key }: RedisKeys, logger: Logger): LeftEnds {
  return {
    async leave({ jobId, owner, state, attempts, retries, requestId, traceparent, createdAt, lastSeq }, end) {
      // No more than its spans are made from: what it answered may be long.
      const job = { jobId, owner, state, attempts, retries, requestId, traceparent, createdAt, lastSeq };
      try {
        await redis
          .multi()
          .lpush(key, JSON.stringify({ job, end }))
          .ltrim(key, 0, MAX_LEFT - 1)
          .exec();
      } catch (err) {
        logger.warn({ err, job_id: jobId }, 'end of a job is in no metric and no trace');
      }
    },
    take: () =>
      usingStore(async () => {
        const left = (await redis.rpop(key, TAKE_AT_ONCE)) ?? [];
        return left.map((text) => {
          const { job, end } = JSON.parse(text) as {
            job: JobRecord;
            end: Omit<JobEnd, 'at'> & { at: string };
          };
          return { job, end: { ...end, at: new Date(end.at) } };
        });
      }),
  };
}
