/** Where a job is. The last four are final: a job never leaves them. */
export type JobState = 'queued' | 'running' | 'completed' | 'failed' | 'canceled' | 'expired';

const FINAL_STATES: ReadonlySet<JobState> = new Set(['completed', 'failed', 'canceled', 'expired']);

export function isFinal(state: JobState): boolean {
  return FINAL_STATES.has(state);
}

/** What the caller asked for, validated. */
export interface JobRequest {
  prompt: string;
  context?: { repository?: string; branch?: string; [key: string]: unknown };
  system?: string;
  model?: string;
  /** Most output tokens of one model answer. */
  max_tokens?: number;
  max_turns?: number;
  /** Longest time that one attempt may take, in seconds. */
  timeout_s?: number;
}

/** Who asked, as authz found. */
export interface JobOwner {
  tenant: string;
  client: string;
  tier: string;
  keyId: string;
}

export interface JobResult {
  text: string;
}

/** Why a job failed: a closed set, stable for callers. */
export type JobFailureCode =
  | 'provider_overloaded'
  | 'provider_rate_limited'
  | 'provider_auth'
  | 'provider_timeout'
  | 'provider_error'
  | 'max_turns'
  | 'timed_out'
  | 'canceled'
  | 'worker_crashed'
  | 'sandbox_failed'
  | 'cli_missing'
  | 'invalid_output';

export interface JobError {
  code: JobFailureCode;
  /** One sentence for the caller. */
  message: string;
}

/** Tokens, under the names of the Messages API. */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
}

/** What can be seen of a job after its submission. Times are ISO 8601 in UTC. */
export interface JobRecord {
  /** UUID, version 4. */
  jobId: string;
  owner: JobOwner;
  state: JobState;
  /** Attempts begun so far; the number of the current one while it runs. */
  attempts: number;
  model?: string;
  result?: JobResult;
  error?: JobError;
  usage?: Usage;
  costUsd?: number;
  requestId: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** Sequence number of the job's newest event. */
  lastSeq: number;
}
