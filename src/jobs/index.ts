export type { Acceptance, Submission } from './accept.ts';
export { type JobAdministration, openJobAdministration, withJobAdministration } from './administration.ts';
export type {
  AbortReason,
  ArtifactSink,
  Attempt,
  AttemptOutcome,
  AttemptSession,
  Report,
  RunAttempt,
} from './attempt.ts';
export type { ChangedFile, JobChanges } from './changes.ts';
export { type Availability, type ConsumeOptions, consumeJobs, type JobConsumer } from './consume.ts';
export { JobsError } from './error.ts';
export type { JobEvent, JobEventBody, ProgressEvent } from './event.ts';
export { timedOutError } from './execute.ts';
export { JOB_FAILURE_CODES, type JobError, type JobFailureCode, type JobRetry } from './failure.ts';
export { type FollowOptions, followEvents } from './follow.ts';
export type { AttemptInjection, Injection, RequestInjection } from './injection.ts';
export {
  type Artifact,
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
export type { ListPlace } from './job-index.ts';
export type { JobArtifacts } from './job-log.ts';
export { decodeCursor, encodeCursor } from './list-cursor.ts';
export { jobLogFields } from './log-fields.ts';
export {
  createRunMetrics,
  createSubmissionMetrics,
  type RunMetrics,
  type SubmissionMetrics,
} from './metrics.ts';
export type { QueueDepth, QueueOutlook, QueueWorker } from './queue/queue.ts';
export { isRelativePath } from './relative-path.ts';
export { type JobPage, type JobStore, type JobStoreOptions, openJobStore } from './store.ts';
export { estimateWait, type WaitEstimate, waitText } from './wait-estimate.ts';
export { watchQueue } from './watch-queue.ts';
