/** Why a job failed: a closed set, stable for callers. docs/job-failures.md says of each what a caller can do. */
export const JOB_FAILURE_CODES = [
  'provider_overloaded',
  'provider_rate_limited',
  'provider_auth',
  'provider_timeout',
  'provider_error',
  'model_refused',
  'model_not_allowed',
  'max_turns',
  'max_tokens',
  'budget_exceeded',
  'timed_out',
  'stalled',
  'canceled',
  'worker_crashed',
  'sandbox_failed',
  'cli_missing',
  'invalid_output',
  'output_limit',
  'disk_limit',
  'memory_limit',
  'tool_loop',
  'expired_in_queue',
  'session_unavailable',
  'skill_unavailable',
  'workspace_unavailable',
] as const;

export type JobFailureCode = (typeof JOB_FAILURE_CODES)[number];

export interface JobError {
  code: JobFailureCode;
  /** One sentence for the caller. */
  message: string;
}

/** Why a job was put back into the queue. */
export interface JobRetry {
  /** The attempt that ended. */
  attempt: number;
  code: JobFailureCode;
  /** ISO 8601 in UTC. */
  at: string;
  /** Wait before the next one may begin. */
  delayMs: number;
}
