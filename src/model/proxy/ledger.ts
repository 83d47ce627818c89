import type { ProviderFailure } from '../failure.ts';
import { addUsage, NO_USAGE, type TokenUsage } from '../usage.ts';
import type { Exchange } from './exchange.ts';

/** What a worker's model requests came to. */
export interface Ledger {
  record(exchange: Exchange, failure: ProviderFailure | undefined): void;
  lastError(): ProviderFailure | undefined;
  usage(): TokenUsage;
}

export function createLedger(): Ledger {
  let lastError: ProviderFailure | undefined;
  let usage = NO_USAGE;
  return {
    record({ answer, brokenBy }, failure) {
      if (answer !== undefined) usage = addUsage(usage, answer.reading.usage);
      // A request that the worker gave up says nothing about the provider.
      if (failure !== undefined || brokenBy === undefined) lastError = failure;
    },
    lastError: () => lastError,
    usage: () => usage,
  };
}
