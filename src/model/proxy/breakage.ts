import type { ProviderFailure } from '../failure.ts';
import type { ApiErrorType } from './api-error.ts';
import type { Exchange } from './exchange.ts';
import type { ProxyLimits } from './limits.ts';

/** A request that the provider did not answer to its end: what to record, and what to answer where nothing was yet. */
export interface Breakage {
  status: number;
  type: ApiErrorType;
  failure: ProviderFailure;
}

/** @returns undefined when it is whole, or the provider is not to blame: the worker left, or the proxy closes */
export function explainBreakage({ answer, brokenBy }: Exchange, limits: ProxyLimits): Breakage | undefined {
  switch (brokenBy) {
    case undefined:
    case 'worker_gone':
    case 'closing':
      return undefined;
    case 'request_too_large':
      return breakage(413, 'request_too_large', 'rejected', tooLarge(limits.maxRequestBytes));
    case 'silence':
      return breakage(504, 'timeout_error', 'timeout', silentFor(limits.idleTimeoutMs));
    case 'total_time':
      return breakage(504, 'timeout_error', 'timeout', notWithin(limits.requestTimeoutMs));
    default:
      return breakage(502, 'api_error', 'unreachable', networkFailure(brokenBy, answer !== undefined));
  }
}

function breakage(
  status: number,
  type: ApiErrorType,
  kind: ProviderFailure['kind'],
  message: string,
): Breakage {
  return { status, type, failure: { kind, type, message } };
}

const tooLarge = (bytes: number) => `The model request is larger than ${bytes} bytes.`;
const silentFor = (ms: number) => `The model provider was silent for ${ms / 1000} s.`;
const notWithin = (ms: number) => `The model provider did not finish within ${ms / 1000} s.`;

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

/** Names no address: the sentence may be shown to whoever asked for the job. */
function networkFailure(error: Error, answerBegan: boolean): string {
  const code = (error as NodeJS.ErrnoException).code ?? error.name;
  const known = NETWORK_ERRORS.get(code);
  const why = known === undefined ? code : `${known} (${code})`;
  return answerBegan
    ? `The model provider's answer broke off: ${why}.`
    : `The model provider cannot be reached: ${why}.`;
}
