import type { ProgressEvent } from './event.ts';
import type { JobError, JobOwner, JobRequest, Usage } from './job.ts';

/** One try at a job. */
export interface Attempt {
  jobId: string;
  /** 1 for the first. */
  attempt: number;
  owner: JobOwner;
  request: JobRequest;
  /** Longest time that this attempt may take. */
  timeoutMs: number;
}

/** How an attempt ended. */
export type AttemptOutcome =
  | { kind: 'completed'; text: string; model: string; usage: Usage; costUsd: number }
  | {
      kind: 'failed';
      error: JobError;
      /** Whether another attempt may do better. */
      retryable: boolean;
      /** Shortest wait before the next attempt, as the provider asks. */
      retryAfterMs?: number;
      model?: string;
      usage?: Usage;
      costUsd?: number;
    };

/**
 * Appends an event to the job's log, in the order of the calls. While Redis is away it waits.
 * Rejects with JobsError attempt_superseded once this attempt is no longer the current one; the signal is aborted then.
 */
export type Report = (event: ProgressEvent) => Promise<void>;

/**
 * Runs one attempt.
 * @param signal aborted when the attempt has to end: its lock was lost, or this process closes
 */
export type RunAttempt = (attempt: Attempt, report: Report, signal: AbortSignal) => Promise<AttemptOutcome>;
