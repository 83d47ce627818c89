export type { Attempt, AttemptOutcome, Report, RunAttempt } from './attempt.ts';
export type { JobEvent, JobEventBody, ProgressEvent } from './event.ts';
export {
  isFinal,
  type JobError,
  type JobFailureCode,
  type JobOwner,
  type JobRecord,
  type JobRequest,
  type JobResult,
  type JobState,
  type Usage,
} from './job.ts';
