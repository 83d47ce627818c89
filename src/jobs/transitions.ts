import type { AttemptOutcome } from './attempt.ts';
import type { JobRetry } from './failure.ts';
import { ofRequest } from './injection.ts';
import type { Usage } from './job.ts';
import type { JobChange } from './job-log.ts';
import type { StoredJob } from './record.ts';

/** From config.jobs. */
export interface RetryLimits {
  /** Tries that a job gets. */
  attempts: number;
  /** Wait before the second try; doubles for each one after. */
  backoffMs: number;
}

/** A job that was handed back this often has lost its right to another try at no charge. */
const MAX_FREE_ATTEMPTS = 10;
/** No wait before another attempt is longer, whatever the provider asks. */
const MAX_RETRY_DELAY_MS = 5 * 60_000;

/** How many attempts a job may begin: those that the worker cut short itself do not count. */
function attemptsAllowed(job: StoredJob, limits: RetryLimits): number {
  return limits.attempts + Math.min(job.handedBack, MAX_FREE_ATTEMPTS);
}

export type Beginning =
  | { kind: 'run'; attempt: number; change: JobChange }
  /** Every attempt was begun and none of them ended: each took its worker down. */
  | { kind: 'exhausted'; change: JobChange };

/** What taking a job from the queue makes of it. @param job one without a final state */
export function beginAttempt(job: StoredJob, limits: RetryLimits, now: Date): Beginning {
  if (job.attempts >= attemptsAllowed(job, limits)) {
    const error = {
      code: 'worker_crashed',
      message: 'The worker ended before the job did, on every attempt.',
    } as const;
    return { kind: 'exhausted', change: failed({ error }, now) };
  }
  return {
    kind: 'run',
    attempt: job.attempts + 1,
    change: {
      fields: {
        state: 'running',
        attempts: job.attempts + 1,
        startedAt: job.startedAt ?? now.toISOString(),
        attemptStartedAt: now.toISOString(),
        ...(job.artifacts && { artifacts: { count: 0, bytes: 0 }, artifactList: [] }),
        ...(job.injected && { injected: ofRequest(job.injected) }),
      },
      events: [{ type: 'status', state: 'running' }],
    },
  };
}

/** What a job has used after an attempt. What failed attempts used was used: it stays in the sum. */
export function spentBy(
  job: StoredJob,
  outcome: AttemptOutcome,
): Pick<JobChange['fields'], 'usage' | 'costUsd'> {
  const usage = addUsage(job.usage, outcome.usage);
  const costUsd = addCost(job.costUsd, outcome.costUsd);
  return { ...(usage && { usage }), ...(costUsd !== undefined && { costUsd }) };
}

export type Ending =
  | { kind: 'completed'; change: JobChange }
  | { kind: 'failed'; change: JobChange }
  | { kind: 'retry'; delayMs: number; change: JobChange };

/** What an attempt's outcome makes of the job. @param job as it was before the attempt began */
export function endAttempt(
  job: StoredJob,
  attempt: number,
  outcome: AttemptOutcome,
  limits: RetryLimits,
  now: Date,
): Ending {
  const spent = spentBy(job, outcome);
  if (outcome.kind === 'completed') {
    const { text, structured, changes } = outcome;
    const result = {
      text,
      ...(structured !== undefined && { structured }),
      ...(changes && { changes }),
    };
    return {
      kind: 'completed',
      change: {
        fields: {
          state: 'completed',
          result,
          model: outcome.model,
          finishedAt: now.toISOString(),
          ...spent,
        },
        events: [
          { type: 'result', result, model: outcome.model },
          { type: 'status', state: 'completed' },
        ],
      },
    };
  }
  const known = { ...spent, ...(outcome.model !== undefined && { model: outcome.model }) };
  if (!outcome.retryable || attempt >= attemptsAllowed(job, limits)) {
    return { kind: 'failed', change: failed({ ...known, error: outcome.error }, now) };
  }
  const backoffMs = limits.backoffMs * 2 ** (attempt - 1);
  const delayMs = Math.min(Math.max(backoffMs, outcome.retryAfterMs ?? 0), MAX_RETRY_DELAY_MS);
  const retry: JobRetry = { attempt, code: outcome.error.code, at: now.toISOString(), delayMs };
  return {
    kind: 'retry',
    delayMs,
    change: {
      fields: {
        ...{ state: 'queued', queuedAt: now.toISOString() },
        retries: [...(job.retries ?? []), retry],
        ...known,
      },
      events: [{ type: 'status', state: 'queued' }],
    },
  };
}

/** What canceling a job makes of it. @param job one without a final state */
export function cancelJob(now: Date): JobChange {
  const error = { code: 'canceled', message: 'The job was canceled.' } as const;
  return ended('canceled', { error }, now);
}

/** What waiting too long for a worker makes of a job that none had yet. */
export function expireJob(now: Date): JobChange {
  const error = { code: 'expired_in_queue', message: 'No worker was free in time.' } as const;
  return ended('expired', { error }, now);
}

/** What giving a job back to the queue unfinished makes of it. */
export function handBack(job: StoredJob, now: Date): JobChange {
  return {
    fields: { state: 'queued', queuedAt: now.toISOString(), handedBack: job.handedBack + 1 },
    events: [{ type: 'status', state: 'queued' }],
  };
}

type Failed = JobChange['fields'] & { error: NonNullable<StoredJob['error']> };

function failed(fields: Failed, now: Date): JobChange {
  return ended('failed', fields, now);
}

function ended(state: 'failed' | 'canceled' | 'expired', fields: Failed, now: Date): JobChange {
  return {
    fields: { state, finishedAt: now.toISOString(), ...fields },
    events: [
      { type: 'error', error: fields.error },
      { type: 'status', state },
    ],
  };
}

function addUsage(before: Usage | undefined, more: Usage | undefined): Usage | undefined {
  if (before === undefined || more === undefined) return before ?? more;
  return {
    input_tokens: before.input_tokens + more.input_tokens,
    output_tokens: before.output_tokens + more.output_tokens,
    cache_read_input_tokens: before.cache_read_input_tokens + more.cache_read_input_tokens,
    cache_creation_input_tokens: before.cache_creation_input_tokens + more.cache_creation_input_tokens,
  };
}

function addCost(before: number | undefined, more: number | undefined): number | undefined {
  return before === undefined && more === undefined ? undefined : (before ?? 0) + (more ?? 0);
}
