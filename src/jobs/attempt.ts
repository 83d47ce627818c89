import type { Readable } from 'node:stream';
import type { JobChanges } from './changes.ts';
import type { ProgressEvent } from './event.ts';
import type { JobError } from './failure.ts';
import type { AttemptInjection } from './injection.ts';
import type { Artifact, JobOwner, JobPermissions, JobRequest, Usage } from './job.ts';

/** Where the files go that an attempt made. */
export interface ArtifactSink {
  /**
   * Keeps one file, and appends its `artifact` event to the job's log. A path that was saved before in this attempt
   * is replaced.
   * @param path relative, with `/` between its parts; it names the file and reaches nothing
   * @throws JobsError artifact_path_invalid, artifact_too_large or artifacts_full where the file is not kept, and the
   * attempt may go on; attempt_superseded once this attempt is no longer the current one
   */
  save(path: string, content: Readable): Promise<Omit<Artifact, 'path'>>;
}

/** The conversation that an attempt continues. */
export interface AttemptSession {
  id: string;
  /**
   * What the last job of the conversation that completed has saved; undefined where this is the first.
   * @throws JobsError session_unavailable, which ends the attempt
   */
  restore(): Promise<Readable | undefined>;
  /**
   * Keeps what the next job of the conversation goes on from. It counts once this attempt completes.
   * @throws JobsError session_too_large
   */
  save(state: Readable): Promise<void>;
}

/** One try at a job. */
export interface Attempt {
  jobId: string;
  /** 1 for the first. */
  attempt: number;
  /** Of the request that the job was accepted with. */
  requestId: string;
  /** W3C traceparent of its span, which what is done for it is part of; absent where there is no trace. */
  traceparent?: string;
  owner: JobOwner;
  permissions: JobPermissions;
  request: JobRequest;
  /** Longest time that this attempt may take. */
  timeoutMs: number;
  artifacts: ArtifactSink;
  /**
   * Writes into the job's record what the attempt was given beside its request, after what was written before.
   * Rejects as Report does.
   */
  recordInjected(given: readonly AttemptInjection[]): Promise<void>;
  /** There where the request names a session. */
  session?: AttemptSession;
}

/** How an attempt ended. */
export type AttemptOutcome =
  | {
      kind: 'completed';
      text: string;
      /** There where the request has an output_schema and the model met it. */
      structured?: unknown;
      /** There where the request names a workspace. */
      changes?: JobChanges;
      model: string;
      usage: Usage;
      costUsd: number;
    }
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

/** Why an attempt is ended from outside: the reason of its signal. */
export type AbortReason =
  /** The caller asked for it. */
  | 'canceled'
  /** This process closes; the job goes back to the queue. */
  | 'closing'
  /** The job was given to another worker, as this one was taken for dead. */
  | 'lock lost'
  /** Another attempt is the current one. */
  | 'superseded'
  /** The attempt has not ended by itself when its time was up. */
  | 'overrun';

/**
 * Runs one attempt.
 * @param signal aborted when the attempt has to end, with an AbortReason
 */
export type RunAttempt = (attempt: Attempt, report: Report, signal: AbortSignal) => Promise<AttemptOutcome>;
