import type { Config } from '../config/index.ts';
import { type Logger, traceIdOf } from '../telemetry/index.ts';
import { createArtifactSink } from './artifacts/sink.ts';
import type { RunAttempt } from './attempt.ts';
import { execute } from './execute.ts';
import { ofRequest } from './injection.ts';
import { isFinal, type JobRequest } from './job.ts';
import type { JobChange, JobLog, WriteRefusal } from './job-log.ts';
import { jobLogFields } from './log-fields.ts';
import type { JobMetrics } from './metrics.ts';
import type { JobQueue, Lease } from './queue/queue.ts';
import type { StoredJob } from './record.ts';
import type { SessionTurn } from './sessions/sessions.ts';
import { beginAttempt, endAttempt, handBack, spentBy } from './transitions.ts';
import type { WorkerFiles } from './worker-files.ts';

export interface JobRunnerOptions {
  config: Pick<Config, 'jobs'>;
  logger: Logger;
  /** Milliseconds since the epoch. */
  now(): number;
  log: JobLog;
  queue: Pick<JobQueue, 'finish' | 'putBack'>;
  files: Pick<WorkerFiles, 'artifacts' | 'artifactLimits' | 'sessions'>;
  metrics: Pick<JobMetrics, 'begun' | 'attempted'>;
  run: RunAttempt;
}

/**
 * Runs a job that was leased, and ends the lease.
 * @throws where what became of it could not be written down; the lease is left to run out then
 */
export type JobRunner = (lease: Lease, signal: AbortSignal) => Promise<void>;

export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { config, logger, now, log, queue, files, metrics, run } = options;
  const limits = { attempts: config.jobs.attempts, backoffMs: config.jobs.backoff.ms };

  function write(
    jobId: string,
    fence: number,
    attempt: number,
    change: JobChange,
  ): Promise<'ok' | WriteRefusal> {
    const { state } = change.fields;
    const expireMs = state !== undefined && isFinal(state) ? config.jobs.retention.ms : 'keep';
    return log.write({ jobId, fence, attempt, at: new Date(now()), expireMs, ...change });
  }

  /** Ends the lease of a job that this worker has nothing more to do with. */
  async function giveUp(lease: Lease, why: 'ok' | WriteRefusal): Promise<void> {
    if (why === 'missing' || why === 'final') return queue.finish(lease);
    if (!(await queue.putBack(lease, 0)))
      logger.warn({ job_id: lease.jobId, reason: why }, 'job is not ours to give back');
  }

  /** Before the lease ends: then the next job of the conversation may begin. */
  async function commitSession(job: StoredJob, attempt: number): Promise<void> {
    const turn = sessionTurn(job, attempt);
    if (turn !== undefined) await files.sessions.commit(turn);
  }

  async function isOver(jobId: string): Promise<boolean> {
    const progress = await log.progress(jobId);
    return progress === undefined || isFinal(progress.state);
  }

  return async (lease, signal) => {
    const { jobId } = lease;
    const job = await log.read(jobId);
    // Gone: it was never accepted, or is past its retention. Final: the worker died between the record and the queue.
    if (job?.request === undefined || isFinal(job.state)) {
      if (job?.state === 'completed') await commitSession(job, job.attempts);
      return queue.finish(lease);
    }
    const beginning = beginAttempt(job, limits, new Date(now()));
    const attempt = beginning.kind === 'run' ? beginning.attempt : job.attempts;
    const begun = await write(jobId, job.attempts, attempt, beginning.change);
    if (begun !== 'ok') return giveUp(lease, begun);
    const jobLogger = logger.child(jobLogFields(job, attempt));
    const traceId = traceIdOf(job.traceparent);
    if (beginning.kind === 'exhausted') {
      jobLogger.warn({ code: 'worker_crashed' }, 'job failed');
      return queue.finish(lease);
    }
    jobLogger.info({}, 'attempt begins');
    if (attempt === 1) metrics.begun(now() - Date.parse(job.createdAt), traceId);

    const turn = sessionTurn(job, attempt);
    const session = turn && (await files.sessions.open(turn));
    const begunAt = performance.now();
    const execution = await execute({
      attempt: {
        jobId,
        attempt,
        requestId: job.requestId,
        ...(job.traceparent !== undefined && { traceparent: job.traceparent }),
        owner: job.owner,
        permissions: job.permissions ?? {},
        request: job.request,
        timeoutMs: timeoutMs(job.request, config),
        ...(session && { session }),
      },
      injected: ofRequest(job.injected ?? []),
      run,
      artifacts: (append) =>
        createArtifactSink({
          ...{ jobId, attempt, append },
          files: files.artifacts,
          limits: files.artifactLimits,
        }),
      write: (change) => write(jobId, attempt, attempt, change),
      now: () => new Date(now()),
      signal,
      onError: (err) => jobLogger.error({ err }, 'attempt failed with a bug'),
    });
    if (execution.kind === 'ended') {
      const { outcome } = execution;
      const ending = endAttempt(job, attempt, outcome, limits, new Date(now()));
      metrics.attempted(ending.kind, performance.now() - begunAt, traceId);
      const written = await write(jobId, attempt, attempt, ending.change);
      if (written !== 'ok') return giveUp(lease, written);
      const code = outcome.kind === 'failed' ? outcome.error.code : outcome.kind;
      jobLogger.info({ code, model: outcome.model }, `attempt ends: ${ending.kind}`);
      if (ending.kind === 'completed') await commitSession(job, attempt);
      if (ending.kind === 'retry') await queue.putBack(lease, ending.delayMs);
      else await queue.finish(lease, ending.kind === 'completed' ? performance.now() - begunAt : undefined);
      return;
    }
    metrics.attempted('interrupted', performance.now() - begunAt, traceId);
    // Where the attempt wrote something just then, it heard of the end by that.
    if (signal.reason === 'canceled' || (execution.kind === 'superseded' && (await isOver(jobId)))) {
      if (execution.outcome) await log.addLateUsage(jobId, attempt, spentBy(job, execution.outcome));
      jobLogger.info({ code: 'canceled' }, 'attempt ends: canceled');
      return queue.finish(lease);
    }
    if (execution.kind === 'superseded') return giveUp(lease, 'superseded');
    const reason = String(signal.reason);
    jobLogger.warn({ reason }, 'attempt interrupted, job goes back to the queue');
    return giveUp(lease, await write(jobId, attempt, attempt, handBack(job)));
  };
}

function timeoutMs({ timeout_s }: JobRequest, { jobs }: Pick<Config, 'jobs'>): number {
  const asked = timeout_s === undefined ? jobs.timeout.ms : timeout_s * 1000;
  return Math.min(asked, jobs.maxTimeout.ms);
}

function sessionTurn({ jobId, owner, session }: StoredJob, attempt: number): SessionTurn | undefined {
  return session === undefined ? undefined : { owner, name: session, jobId, attempt };
}
