import { createHash } from 'node:crypto';
import { parseTraceparent, SPANS, type Span, type TraceContext, type Tracer } from '../telemetry/index.ts';
import type { JobEnd, JobRecord } from './job.ts';
import type { StoredJob } from './record.ts';

/** A job's spans. They are made by whoever has the job at the time, from the times that its record has. */
export interface JobTraces {
  /** An attempt begins: tells what the job waited for it. @param job as it was before */
  begin(job: StoredJob, attempt: number, at: Date): Span;
  /** The job has its final state. @param job as it was before */
  end(job: JobRecord, end: JobEnd): void;
}

export function createJobTraces(tracer: Tracer): JobTraces {
  return {
    begin(job, attempt, at) {
      const parent = contextOf(job);
      const startMs = at.getTime();
      const waited = waitOf(job);
      if (waited !== undefined) {
        startWait(tracer, job, waited, attempt).end({ endMs: startMs });
      } else {
        // Its worker died: nobody else can say that there was this attempt.
        startAttempt(
          tracer,
          parent,
          job,
          job.attempts,
          Date.parse(job.attemptStartedAt ?? job.createdAt),
        ).end({
          endMs: startMs,
          error: 'worker_gone',
        });
      }
      return startAttempt(tracer, parent, job, attempt, startMs);
    },
    end(job, { state, at, error, attempts }) {
      // Without an attempt since then, it has waited until now.
      const waited = attempts === job.attempts ? waitOf(job) : undefined;
      if (waited !== undefined) startWait(tracer, job, waited).end({ endMs: at.getTime(), error });
      const { tenant, client, tier } = job.owner;
      const span = tracer.start(SPANS.job, parseTraceparent(job.traceparent), {
        spanId: spanIdOf(job.jobId, 'job'),
        startMs: Date.parse(job.createdAt),
        attributes: {
          ...{ 'gatehouse.job_id': job.jobId, 'gatehouse.job.state': state, 'gatehouse.attempt': attempts },
          ...{ 'gatehouse.tenant': tenant, 'gatehouse.client': client, 'gatehouse.tier': tier },
        },
      });
      span.end({ endMs: at.getTime(), error });
    },
  };
}

function startAttempt(
  tracer: Tracer,
  parent: TraceContext | undefined,
  { jobId }: JobRecord,
  attempt: number,
  startMs: number,
): Span {
  return tracer.start(SPANS.attempt, parent, {
    kind: 'consumer',
    spanId: spanIdOf(jobId, attempt),
    startMs,
    links: parent !== undefined && attempt > 1 ? [{ ...parent, spanId: spanIdOf(jobId, attempt - 1) }] : [],
    attributes: {
      'messaging.system': 'gatehouse',
      'messaging.destination.name': 'jobs',
      'messaging.operation.type': 'process',
      'messaging.message.id': jobId,
      'gatehouse.job_id': jobId,
      'gatehouse.attempt': attempt,
    },
  });
}

/** What a job has waited for since when. */
interface Wait {
  sinceMs: number;
  reason: 'first' | 'retry' | 'handed_back';
  delayMs?: number;
}

/** @returns undefined where it does not wait: it runs, or its worker was taken for dead */
function waitOf(job: JobRecord & Pick<StoredJob, 'queuedAt'>): Wait | undefined {
  if (job.attempts === 0) return { sinceMs: Date.parse(job.createdAt), reason: 'first' };
  if (job.state !== 'queued') return undefined;
  const retry = job.retries?.at(-1);
  if (retry?.attempt === job.attempts) {
    return { sinceMs: Date.parse(retry.at), reason: 'retry', delayMs: retry.delayMs };
  }
  return job.queuedAt === undefined
    ? undefined
    : { sinceMs: Date.parse(job.queuedAt), reason: 'handed_back' };
}

/** @param attempt the one that it waited for, where that came */
function startWait(tracer: Tracer, job: JobRecord, wait: Wait, attempt?: number): Span {
  return tracer.start(SPANS.queueWait, contextOf(job), {
    startMs: wait.sinceMs,
    attributes: {
      'gatehouse.job_id': job.jobId,
      'gatehouse.attempt': attempt,
      'gatehouse.queue.reason': wait.reason,
      'gatehouse.queue.delay_ms': wait.delayMs,
    },
  });
}

/** The job's own span, of which its waits and attempts are parts. */
function contextOf({ jobId, traceparent }: JobRecord): TraceContext | undefined {
  const accepted = parseTraceparent(traceparent);
  return accepted && { ...accepted, spanId: spanIdOf(jobId, 'job') };
}

/**
 * Ids that every process can work out: the job's span is told last, by whoever ends it, and the attempt before may have
 * been another machine's.
 */
function spanIdOf(jobId: string, what: 'job' | number): string {
  return createHash('sha256').update(`${jobId}/${what}`).digest('hex').slice(0, 16);
}
