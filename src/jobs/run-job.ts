import type { Config } from '../config/index.ts';
import { formatTraceparent, type Logger, type Span, traceIdOf } from '../telemetry/index.ts';
import { createArtifactSink } from './artifacts/sink.ts';
import type { AttemptOutcome, RunAttempt } from './attempt.ts';
import type { TellEnd } from './ends.ts';
import { type Execution, execute } from './execute.ts';
import { ofRequest } from './injection.ts';
import { isFinal, type JobRequest } from './job.ts';
import type { JobChange, JobLog, WriteRefusal } from './job-log.ts';
import type { JobTraces } from './job-traces.ts';
import { jobLogFields } from './log-fields.ts';
import type { RunMetrics } from './metrics.ts';
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
  metrics: Pick<RunMetrics, 'begun' | 'attempted'>;
  traces: Pick<JobTraces, 'begin'>;
  tellEnd: TellEnd;
  run: RunAttempt;
}

/** A job that this worker has begun an attempt at. */
interface Begun {
  lease: Lease;
  /** As it was before the attempt. */
  job: StoredJob;
  request: JobRequest;
  attempt: number;
  logger: Logger;
  span: Span;
}

/**
 * Runs a job that was leased, and ends the lease.
 * @throws where what became of it could not be written down; the lease is left to run out then
 */
export type JobRunner = (lease: Lease, signal: AbortSignal) => Promise<void>;

export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { config, logger, now, log, queue, files, metrics, traces, tellEnd, run } = options;
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

  async function begin(lease: Lease): Promise<Begun | undefined> {
    const { jobId } = lease;
    const job = await log.read(jobId);
    // Gone: it was never accepted, or is past its retention. Final: the worker died between the record and the queue.
    if (job?.request === undefined || isFinal(job.state)) {
      if (job?.state === 'completed') await commitSession(job, job.attempts);
      await queue.finish(lease);
      return undefined;
    }
    const at = new Date(now());
    const beginning = beginAttempt(job, limits, at);
    const attempt = beginning.kind === 'run' ? beginning.attempt : job.attempts;
    const begun = await write(jobId, job.attempts, attempt, beginning.change);
    if (begun !== 'ok') {
      await giveUp(lease, begun);
      return undefined;
    }
    const jobLogger = logger.child(jobLogFields(job, attempt));
    if (beginning.kind === 'exhausted') {
      jobLogger.warn({ code: 'worker_crashed' }, 'job failed');
      await tellEnd(job, { state: 'failed', at, error: 'worker_crashed', attempts: attempt });
      await queue.finish(lease);
      return undefined;
    }
    jobLogger.info({}, 'attempt begins');
    if (attempt === 1) metrics.begun(at.getTime() - Date.parse(job.createdAt), traceIdOf(job.traceparent));
    const span = traces.begin(job, attempt, at);
    return { lease, job, request: job.request, attempt, logger: jobLogger, span };
  }

  async function runAttempt(begun: Begun, signal: AbortSignal): Promise<Execution> {
    const { job, request, attempt, logger: jobLogger, span } = begun;
    const { jobId } = job;
    const turn = sessionTurn(job, attempt);
    const session = turn && (await files.sessions.open(turn));
    return execute({
      attempt: {
        jobId,
        attempt,
        requestId: job.requestId,
        ...(span.context && { traceparent: formatTraceparent(span.context) }),
        owner: job.owner,
        permissions: job.permissions ?? {},
        request,
        timeoutMs: timeoutMs(request, config),
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
  }

  async function end(begun: Begun, outcome: AttemptOutcome, runMs: number): Promise<void> {
    const { lease, job, attempt, logger: jobLogger, span } = begun;
    const at = new Date(now());
    const ending = endAttempt(job, attempt, outcome, limits, at);
    metrics.attempted(ending.kind, runMs, traceIdOf(job.traceparent));
    const written = await write(job.jobId, attempt, attempt, ending.change);
    if (written !== 'ok') return giveUp(lease, written);
    const code = outcome.kind === 'failed' ? outcome.error.code : outcome.kind;
    jobLogger.info({ code, model: outcome.model }, `attempt ends: ${ending.kind}`);
    const error = outcome.kind === 'failed' ? outcome.error.code : undefined;
    span.set({ 'gatehouse.attempt.outcome': ending.kind });
    span.end({ endMs: at.getTime(), error });
    if (ending.kind !== 'retry') await tellEnd(job, { state: ending.kind, at, error, attempts: attempt });
    if (ending.kind === 'completed') await commitSession(job, attempt);
    if (ending.kind === 'retry') return void (await queue.putBack(lease, ending.delayMs));
    return queue.finish(lease, ending.kind === 'completed' ? runMs : undefined);
  }

  /** Of an attempt that was ended from outside. */
  async function leave(
    { lease, job, attempt, logger: jobLogger, span }: Begun,
    execution: Exclude<Execution, { kind: 'ended' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const { jobId } = job;
    // Where the attempt wrote something just then, it heard of the end by that.
    if (signal.reason === 'canceled' || (execution.kind === 'superseded' && (await isOver(jobId)))) {
      span.end({ error: 'canceled' });
      if (execution.outcome) await log.addLateUsage(jobId, attempt, spentBy(job, execution.outcome));
      jobLogger.info({ code: 'canceled' }, 'attempt ends: canceled');
      return queue.finish(lease);
    }
    if (execution.kind === 'superseded') {
      span.end({ error: 'superseded' });
      return giveUp(lease, 'superseded');
    }
    const reason = String(signal.reason);
    jobLogger.warn({ reason }, 'attempt interrupted, job goes back to the queue');
    const at = new Date(now());
    span.end({ error: 'interrupted', endMs: at.getTime() });
    return giveUp(lease, await write(jobId, attempt, attempt, handBack(job, at)));
  }

  return async (lease, signal) => {
    const begun = await begin(lease);
    if (begun === undefined) return;
    try {
      const begunAt = performance.now();
      const execution = await runAttempt(begun, signal);
      const runMs = performance.now() - begunAt;
      if (execution.kind === 'ended') return await end(begun, execution.outcome, runMs);
      metrics.attempted('interrupted', runMs, traceIdOf(begun.job.traceparent));
      await leave(begun, execution, signal);
    } finally {
      // Where what became of it could not be written down.
      begun.span.end({ error: 'not_written' });
    }
  };
}

function timeoutMs({ timeout_s }: JobRequest, { jobs }: Pick<Config, 'jobs'>): number {
  const asked = timeout_s === undefined ? jobs.timeout.ms : timeout_s * 1000;
  return Math.min(asked, jobs.maxTimeout.ms);
}

function sessionTurn({ jobId, owner, session }: StoredJob, attempt: number): SessionTurn | undefined {
  return session === undefined ? undefined : { owner, name: session, jobId, attempt };
}
