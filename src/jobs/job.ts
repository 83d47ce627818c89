import type { JobChanges } from './changes.ts';
import type { JobError, JobRetry } from './failure.ts';
import type { Injection } from './injection.ts';

/** Where a job is. The last four are final: a job never leaves them. */
export const JOB_STATES = ['queued', 'running', 'completed', 'failed', 'canceled', 'expired'] as const;

export type JobState = (typeof JOB_STATES)[number];

const FINAL_STATES: ReadonlySet<JobState> = new Set(['completed', 'failed', 'canceled', 'expired']);

export function isFinal(state: JobState): boolean {
  return FINAL_STATES.has(state);
}

/** A file that a job finds in its working folder: text as it is, or bytes in base64. */
export type JobFile = { path: string; text: string } | { path: string; base64: string };

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
  /** JSON Schema that the result's `structured` must meet. */
  output_schema?: Record<string, unknown>;
  /** Conversation that the job continues. */
  session?: string;
  files?: JobFile[];
  /** Names of skills that the run is given. */
  skills?: string[];
}

/** Who asked, as authz found. */
export interface JobOwner {
  tenant: string;
  client: string;
  tier: string;
  keyId: string;
}

/** What the caller's credential and tier allow, as authz asserted it; what is absent is not limited. */
export interface JobPermissions {
  maxTokensPerRequest?: number;
  allowedSkills?: readonly string[];
  allowedModels?: readonly string[];
}

export interface JobResult {
  text: string;
  /** What the model answered to the request's output_schema. */
  structured?: unknown;
  /** What was changed in the workspace that the request names. */
  changes?: JobChanges;
}

/** Tokens, under the names of the Messages API. */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
}

/** A file that a job made. */
export interface Artifact {
  /** Relative, with `/` between its parts. */
  path: string;
  bytes: number;
  contentType: string;
  /** In hex. */
  sha256: string;
}

/** What can be seen of a job after its submission. Times are ISO 8601 in UTC. */
export interface JobRecord {
  /** UUID, version 4. */
  jobId: string;
  owner: JobOwner;
  state: JobState;
  /** Attempts begun so far; the number of the current one while it runs. */
  attempts: number;
  /** Why earlier attempts were not the last, oldest first. */
  retries?: JobRetry[];
  model?: string;
  result?: JobResult;
  error?: JobError;
  usage?: Usage;
  costUsd?: number;
  session?: string;
  /** What was added to the request; there where something was. */
  injected?: Injection[];
  /** Whether the job ends once the last listener to its events has left. */
  cancelOnDisconnect?: true;
  /** Of the current attempt, or the last. */
  artifacts?: { count: number; bytes: number };
  requestId: string;
  /** W3C traceparent of what accepted the job, which its spans are part of; absent without tracing. */
  traceparent?: string;
  createdAt: string;
  /** When the first attempt began. */
  startedAt?: string;
  /** When the current attempt began, or the last. */
  attemptStartedAt?: string;
  /** When the current attempt, or the last, first wrote text. */
  firstTextAt?: string;
  finishedAt?: string;
  /** Sequence number of the job's newest event. */
  lastSeq: number;
}

/** How a job ended. */
export interface JobEnd {
  /** A final one. */
  state: JobState;
  at: Date;
  /** Code of why it was not completed. */
  error?: string | undefined;
  /** Attempts that it had. */
  attempts: number;
}
