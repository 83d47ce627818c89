import {
  type AttemptOutcome,
  type JobError,
  type JobFailureCode,
  timedOutError,
  type Usage,
} from '../../jobs/index.ts';
import type { ProviderFailure, ProviderFailureKind } from '../../model/index.ts';
import { JOIN_NAME } from '../cgroup/worker-cgroup.ts';
import type { ResultMessage } from '../wire/message.ts';
import type { WorkerEnd } from '../workers/worker-process.ts';
import type { StopReason } from './stop-signal.ts';

/** All that was seen of one attempt. */
export interface Observation {
  /** Undefined where it has not ended but waits for its next turn. */
  end: WorkerEnd | undefined;
  /** The CLI's verdict on the run, if it came to one. */
  result: ResultMessage | undefined;
  /** Whether the CLI said anything that we understood. */
  spoke: boolean;
  /** A line on stdout was too long to be read. */
  overflow: boolean;
  /** The last that was written to stderr. Not for callers. */
  stderr: string;
  /** The model that answered, as the caller shall see it. */
  model: string | undefined;
  /** Tokens as the model proxy counted them: what the CLI says, a job could forge. */
  usage: Usage;
  /** What they cost by the price table, in US dollars. */
  costUsd: number;
  /** Why the model stopped in its last answer, as the model proxy saw it. */
  stopReason: string | undefined;
  /** Why the last model request failed, as the model proxy saw it. */
  providerFailure: ProviderFailure | undefined;
  /** Why we ended it, if we did. */
  stopped: StopReason | undefined;
}

/** What was asked for; for messages. */
export interface AttemptLimits {
  timeoutMs: number;
  maxTurns: number;
  /** Whether the request has an output_schema. */
  hasSchema: boolean;
}

/** What became of an attempt that was stopped before its worker was started. */
export function stoppedOutcome(reason: StopReason, limits: Pick<AttemptLimits, 'timeoutMs'>): AttemptOutcome {
  return { kind: 'failed', error: stoppedError(reason, limits), retryable: reason === 'stalled' };
}

const STOPPED_MESSAGES: Record<Exclude<StopReason, 'timed_out'>, string> = {
  canceled: 'The job was canceled.',
  stalled: 'Nothing was heard of the run for too long.',
  tool_loop: 'The run called the same tool with the same input over and over.',
  disk_limit: 'The run’s files were larger or more than they may be.',
  memory_limit: 'The run’s programs took more memory than they may.',
  output_limit: 'The run wrote more than may be reported.',
};

function stoppedError(reason: StopReason, { timeoutMs }: Pick<AttemptLimits, 'timeoutMs'>): JobError {
  return reason === 'timed_out'
    ? timedOutError(timeoutMs)
    : { code: reason, message: STOPPED_MESSAGES[reason] };
}

type Failure = { code: JobFailureCode; message: string; retryable: boolean; retryAfterMs?: number };

/** Decides what an attempt came to. */
export function attemptOutcome(seen: Observation, limits: AttemptLimits): AttemptOutcome {
  const { result, model, usage, costUsd } = seen;
  if (result !== undefined && !result.is_error && result.result !== undefined && model !== undefined) {
    const { result: text, structured_output: structured } = result;
    if (!limits.hasSchema) return { kind: 'completed', text, model, usage, costUsd };
    if (structured !== undefined) return { kind: 'completed', text, structured, model, usage, costUsd };
  }
  const { code, message, retryable, retryAfterMs } = failureOf(seen, limits);
  return {
    kind: 'failed',
    error: { code, message },
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(model === undefined ? {} : { model }),
    usage,
    costUsd,
  };
}

function failureOf(seen: Observation, limits: AttemptLimits): Failure {
  const { end, result, stopped } = seen;
  if (stopped !== undefined) return { ...stoppedError(stopped, limits), retryable: stopped === 'stalled' };
  if (result?.is_error) return resultFailure(result, seen, limits);
  if (!seen.overflow && result?.result !== undefined && limits.hasSchema) {
    const message = 'The model did not answer in the form that output_schema asks for.';
    return { code: 'invalid_output', message, retryable: true };
  }
  if (seen.overflow || result) {
    const message = 'The worker answered something that could not be read.';
    return { code: 'invalid_output', message, retryable: true };
  }
  if (end?.kind === 'not_started' || (!seen.spoke && isSandboxComplaint(seen.stderr))) {
    const message = "The worker's sandbox could not be started.";
    // That a program cannot even be started is mostly for want of descriptors, processes or memory, which comes back.
    return { code: 'sandbox_failed', message, retryable: end?.kind === 'not_started' };
  }
  const how = end?.signal ? `signal ${end.signal}` : `exit code ${end?.code}`;
  return { code: 'worker_crashed', message: `The worker ended without a result (${how}).`, retryable: true };
}

const SANDBOX_COMPLAINT = new RegExp(`^(bwrap|prlimit|setpriv|${JOIN_NAME}): `, 'm');

/** The programs before the CLI name themselves when they fail: `bwrap: Can't find source path /x`. */
function isSandboxComplaint(stderr: string): boolean {
  return SANDBOX_COMPLAINT.test(stderr);
}

/** A failing model API comes as subtype `success` with is_error and terminal_reason `api_error`. */
function resultFailure(
  result: ResultMessage,
  { providerFailure: failure, stopReason }: Observation,
  limits: AttemptLimits,
): Failure {
  if (result.terminal_reason === 'api_error') {
    const stopped = failure === undefined ? MODEL_STOPPED.get(stopReason) : undefined;
    return stopped ?? providerFailure(result.api_error_status, failure);
  }
  if (result.subtype === 'error_max_turns') {
    const message = `The run was not done after ${limits.maxTurns} turns.`;
    return { code: 'max_turns', message, retryable: false };
  }
  if (result.subtype === 'error_during_execution') {
    return { code: 'worker_crashed', message: 'Claude Code ended the run with an error.', retryable: true };
  }
  const reason = /^[a-z_]{1,40}$/.test(result.terminal_reason ?? '')
    ? result.terminal_reason
    : result.subtype;
  return { code: 'provider_error', message: `Claude Code ended the run: ${reason}.`, retryable: false };
}

/** Answers that went well for the model API, and that Claude Code calls API errors all the same. */
const MODEL_STOPPED = new Map<string | undefined, Failure>([
  ['refusal', { code: 'model_refused', message: 'The model declined to answer.', retryable: false }],
  [
    'max_tokens',
    { code: 'max_tokens', message: 'An answer was longer than it may be (max_tokens).', retryable: false },
  ],
]);

const CODE_OF_KIND: Record<ProviderFailureKind, { code: JobFailureCode; retryable: boolean }> = {
  overloaded: { code: 'provider_overloaded', retryable: true },
  rate_limited: { code: 'provider_rate_limited', retryable: true },
  auth: { code: 'provider_auth', retryable: false },
  timeout: { code: 'provider_timeout', retryable: true },
  unreachable: { code: 'provider_error', retryable: true },
  rejected: { code: 'provider_error', retryable: false },
  error: { code: 'provider_error', retryable: true },
  model_not_allowed: { code: 'model_not_allowed', retryable: false },
  budget_exceeded: { code: 'budget_exceeded', retryable: false },
  refused: { code: 'provider_error', retryable: false },
};

function providerFailure(status: number | null | undefined, failure: ProviderFailure | undefined): Failure {
  if (failure === undefined) {
    const message = status
      ? `The model API answered with status ${status}.`
      : 'The model API did not answer.';
    return { code: 'provider_error', message, retryable: !status || status >= 500 };
  }
  const { message, retryAfterMs } = failure;
  return { ...CODE_OF_KIND[failure.kind], message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
