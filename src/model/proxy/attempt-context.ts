import type { Span, SpanStart } from '../../telemetry/index.ts';
import type { ProviderFailure } from '../failure.ts';
import type { TokenUsage } from '../usage.ts';

/** Whose model requests they are, and what they may ask for. */
export interface AttemptContext {
  jobId: string;
  attempt: number;
  /** Of the request that the job was accepted with. */
  requestId: string;
  /** W3C traceparent of the job; absent without tracing. */
  traceparent?: string | undefined;
  tenant: string;
  client: string;
  tier: string;
  /** The model that the job uses: its request's, else the configuration's. */
  model: string;
  /** The most output tokens of one answer that the job asked for. */
  maxTokens?: number | undefined;
  permissions: ModelPermissions;
  /** Begins a span of the attempt; absent: nothing is traced. */
  startSpan?(name: string, how: SpanStart): Span;
  /** Told after each answer, also of one that broke off. */
  onUsage?(spent: Spent): void;
}

/** What the caller's identity allows its jobs to ask of the model; what is absent is not limited. */
export interface ModelPermissions {
  maxTokensPerRequest?: number | undefined;
  allowedModels?: readonly string[] | undefined;
}

/** What an attempt's answers have used. */
export interface Spent {
  /** Tokens of the answer that has just ended. */
  added: TokenUsage;
  /** Tokens of all answers of the attempt so far, with this one. */
  total: TokenUsage;
  /** What all of them cost by the price table, in US dollars. */
  costUsd: number;
  /** What the provider calls the request that this was the answer to. */
  providerRequestId?: string;
}

/** One attempt's way through the proxy, from begin() to end(). */
export interface ModelSession {
  /** Tokens of all answers so far, also of those that broke off. An answer counts once it has ended. */
  usage(): TokenUsage;
  /** What they cost by the price table, in US dollars. */
  costUsd(): number;
  /** The model that answers the job, as the provider was asked for it; undefined before its first answer. */
  model(): string | undefined;
  /** Why that model stopped in its last answer, such as `end_turn`, `max_tokens` or `refusal`. */
  stopReason(): string | undefined;
  /**
   * The failure of the last request for the job's own model, or of one that was refused; undefined when the last went
   * well or there was none.
   */
  lastError(): ProviderFailure | undefined;
  /** Cuts what runs and refuses what comes; resolves when nothing of the attempt runs any more. */
  end(): Promise<void>;
}
