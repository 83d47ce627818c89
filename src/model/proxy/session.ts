import type { ProviderFailure } from '../failure.ts';
import { type AnswerUsage, addUsage, NO_USAGE, type TokenUsage } from '../usage.ts';
import type { AttemptContext, ModelSession } from './attempt-context.ts';

/** An answer that has ended, or broke off. */
export interface EndedAnswer {
  usage: AnswerUsage;
  nanoUsd: number;
  /** As the provider was asked for it. */
  model: string;
  /** Whether the job's own model gave it, as opposed to a helper of Claude Code's. */
  isOwn: boolean;
  stopReason?: string | undefined;
  providerRequestId?: string | undefined;
}

/** A session as the proxy itself sees it. */
export interface RunningSession extends ModelSession {
  context: AttemptContext;
  /** Aborted when the attempt ends. */
  ended: AbortSignal;
  /** Requests that run now, with the one that asks. */
  readonly runningRequests: number;
  /** Runs one request; end() waits for it. */
  run(serve: () => Promise<void>): Promise<void>;
  /** Takes down what an answer used. */
  spend(answer: EndedAnswer): void;
  /**
   * Takes down how the last request went.
   * @param failure undefined where it went well
   * @param asked whether a provider was: where none was, the reason why the one before failed is more telling
   */
  conclude(failure: ProviderFailure | undefined, asked: 'asked' | 'not_asked'): void;
}

/** Opens the account of one attempt. */
export function openSession(context: AttemptContext): RunningSession {
  const ending = new AbortController();
  const running = new Set<Promise<void>>();
  let lastError: ProviderFailure | undefined;
  let total = NO_USAGE;
  let nanoUsd = 0;
  let last: EndedAnswer | undefined;
  const costUsd = () => nanoUsd / 1e9;
  return {
    context,
    ended: ending.signal,
    get runningRequests() {
      return running.size;
    },
    async run(serve) {
      const { promise, resolve } = Promise.withResolvers<void>();
      running.add(promise);
      try {
        await serve();
      } finally {
        running.delete(promise);
        resolve();
      }
    },
    spend(answer) {
      const added = tokensOf(answer.usage);
      total = addUsage(total, added);
      nanoUsd += answer.nanoUsd;
      if (answer.isOwn || last === undefined) last = answer;
      const { providerRequestId } = answer;
      context.onUsage?.({
        added,
        total,
        costUsd: costUsd(),
        ...(providerRequestId === undefined ? {} : { providerRequestId }),
      });
    },
    conclude(failure, asked) {
      const kept = asked === 'not_asked' && failure !== undefined ? lastError : undefined;
      lastError = kept === undefined ? failure : { ...kept, ...laterOf(failure) };
    },
    usage: () => total,
    costUsd,
    model: () => last?.model,
    stopReason: () => last?.stopReason,
    lastError: () => lastError,
    async end() {
      ending.abort();
      await Promise.all(running);
    },
  };
}

function tokensOf(usage: AnswerUsage): TokenUsage {
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage;
  return { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens };
}

function laterOf(failure: ProviderFailure | undefined): Pick<ProviderFailure, 'retryAfterMs'> {
  return failure?.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs };
}
