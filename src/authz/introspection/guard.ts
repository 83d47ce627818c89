import CircuitBreaker from 'opossum';
import { FetchError } from '../../http/index.ts';
import type { Answer } from './answer.ts';
import type { Ask } from './ask.ts';
import type { IntrospectionConfig } from './judge.ts';

export interface Guard {
  /** As Ask, or fails at once while the endpoint is taken for down, or too many questions are open. */
  ask: Ask;
  close(): void;
}

/** Over this time failures are counted. */
const WINDOW_MS = 10_000;
/** What an endpoint answers to a token that it cannot even read: it is up. */
const TOKEN_STATUSES = new Set([400, 413, 414, 422]);

/**
 * Keeps an endpoint that is down from being asked, and bounds how many questions are open.
 * @param changed told when it is taken for down, tried again, and taken for up
 */
export function guardEndpoint(
  ask: Ask,
  { maxConcurrent, breaker }: Pick<IntrospectionConfig, 'maxConcurrent' | 'breaker'>,
  changed: (state: 'open' | 'half_open' | 'closed') => void,
): Guard {
  const circuit = new CircuitBreaker<[string], Answer>(ask, {
    timeout: false,
    capacity: maxConcurrent,
    errorThresholdPercentage: breaker.errorPercentage,
    volumeThreshold: breaker.minRequests,
    resetTimeout: breaker.resetAfter.ms,
    rollingCountTimeout: WINDOW_MS,
    // Otherwise anybody could have it opened with tokens that are none.
    errorFilter: (error: unknown) => error instanceof FetchError && isAboutToken(error),
  });
  circuit.on('open', () => changed('open'));
  circuit.on('halfOpen', () => changed('half_open'));
  circuit.on('close', () => changed('closed'));
  return { ask: (token) => circuit.fire(token), close: () => circuit.shutdown() };
}

function isAboutToken({ code, status }: FetchError): boolean {
  return code === 'too_large' || (status !== undefined && TOKEN_STATUSES.has(status));
}
