export type { Attempt, AttemptOutcome, Report, RunAttempt } from './attempt.ts';
export { type ConsumeOptions, consumeJobs, type JobConsumer } from './consume.ts';
export { JobsError } from './error.ts';
export type { JobEvent, JobEventBody, ProgressEvent } from './event.ts';
export { timedOutError } from './execute.ts';
export {
  isFinal,
  type JobError,
  type JobFailureCode,
  type JobOwner,
  type JobRecord,
  type JobRequest,
  type Usage,
} from './job.ts';
export { type JobStore, type JobStoreOptions, openJobStore } from './store.ts';
export { estimateWait } from './wait-estimate.ts';
