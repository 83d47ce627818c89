export type {
  AbortReason,
  ArtifactSink,
  Attempt,
  AttemptOutcome,
  AttemptSession,
  Report,
  RunAttempt,
} from './attempt.ts';
export { type ConsumeOptions, consumeJobs, type JobConsumer } from './consume.ts';
export { JobsError } from './error.ts';
export type { JobEvent, JobEventBody, ProgressEvent } from './event.ts';
export { timedOutError } from './execute.ts';
export { JOB_FAILURE_CODES, type JobError, type JobFailureCode, type JobRetry } from './failure.ts';
export {
  type Artifact,
  type Injected,
  isFinal,
  JOB_STATES,
  type JobFile,
  type JobOwner,
  type JobPermissions,
  type JobRecord,
  type JobRequest,
  type JobResult,
  type JobState,
  type Usage,
} from './job.ts';
export { type JobStore, type JobStoreOptions, openJobStore, type Submission } from './store.ts';
export { estimateWait } from './wait-estimate.ts';
