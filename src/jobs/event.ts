import type { JobError } from './failure.ts';
import type { Artifact, JobResult, JobState, Usage } from './job.ts';

/** What an attempt tells while it runs. */
export type ProgressEvent =
  | { type: 'text'; text: string }
  | { type: 'tool'; name: string; id: string }
  /** What the model wrote has the marker of its system prompt (inspection.canary). */
  | { type: 'prompt_leak' }
  /**
   * Of the attempt so far, after each model answer.
   * @property providerRequestId what the provider calls the request that the answer was to
   */
  | ({ type: 'usage'; costUsd: number; providerRequestId?: string } & Usage);

/** What a job's log can hold. The last event of a job is a `status` with a final state. */
export type JobEventBody =
  | ProgressEvent
  /** Appended where the file is kept: see ArtifactSink. */
  | ({ type: 'artifact' } & Artifact)
  | { type: 'status'; state: JobState }
  | { type: 'result'; result: JobResult; model: string }
  | { type: 'error'; error: JobError };

/** One entry of a job's event log. */
export type JobEvent = {
  /** 1 for the first event of a job, one more for each that follows. */
  seq: number;
  /** ISO 8601 in UTC. */
  at: string;
  /** The attempt that wrote it; 0 before the first. */
  attempt: number;
} & JobEventBody;
