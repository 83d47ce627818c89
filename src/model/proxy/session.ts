import type { ProviderFailure } from '../failure.ts';
import { addUsage, NO_USAGE } from '../usage.ts';
import type { AttemptContext, ModelSession } from './attempt-context.ts';
import type { Exchange } from './exchange.ts';

/** A session as the proxy itself sees it. */
export interface RunningSession extends ModelSession {
  context: AttemptContext;
  /** Aborted when the attempt ends. */
  ended: AbortSignal;
  /** Requests that run now, with the one that asks. */
  readonly runningRequests: number;
  /** Runs one request; end() waits for it. */
  run(serve: () => Promise<void>): Promise<void>;
  /** Takes down what a model request came to. */
  record(exchange: Exchange, failure: ProviderFailure | undefined): void;
}

/** Opens the account of one attempt. */
export function openSession(context: AttemptContext): RunningSession {
  const ending = new AbortController();
  const running = new Set<Promise<void>>();
  let lastError: ProviderFailure | undefined;
  let total = NO_USAGE;
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
    record({ answer, brokenBy }, failure) {
      // A request that the worker gave up says nothing about the provider.
      if (failure !== undefined || brokenBy === undefined) lastError = failure;
      if (answer === undefined) return;
      const added = answer.reading.usage;
      total = addUsage(total, added);
      context.onUsage?.({ added, total });
    },
    usage: () => total,
    lastError: () => lastError,
    async end() {
      ending.abort();
      await Promise.all(running);
    },
  };
}
