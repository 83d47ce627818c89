import type { ProviderFailure } from '../failure.ts';

const NETWORK_ERRORS = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
  ['EAI_AGAIN', 'its name cannot be looked up'],
  ['ENOTFOUND', 'its name is unknown'],
  ['EHOSTUNREACH', 'no route to it'],
  ['ENETUNREACH', 'no network'],
  ['ETIMEDOUT', 'connecting took too long'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connecting took too long'],
  ['UND_ERR_SOCKET', 'connection closed'],
]);

/** What the network did. Names no address: the sentence may be shown to whoever asked for the job. */
export function networkFailure(error: unknown, answerBegan: boolean): ProviderFailure {
  const { code, name } = error as NodeJS.ErrnoException;
  const known = NETWORK_ERRORS.get(code ?? '');
  const why = known === undefined ? (code ?? name) : `${known} (${code})`;
  const message = answerBegan
    ? `The model provider's answer broke off: ${why}.`
    : `The model provider cannot be reached: ${why}.`;
  return { kind: 'unreachable', type: 'api_error', message };
}

/** @param ms how long it said nothing */
export function silenceFailure(ms: number): ProviderFailure {
  return {
    kind: 'timeout',
    type: 'timeout_error',
    message: `The model provider was silent for ${ms / 1000} s.`,
  };
}
