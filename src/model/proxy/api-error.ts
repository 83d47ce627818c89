import type { ServerResponse } from 'node:http';
import type { ProviderFailure, ProviderFailureKind } from '../failure.ts';

/** Anthropic's error types that the proxy itself answers with. */
export type ApiErrorType =
  | 'api_error'
  | 'invalid_request_error'
  | 'not_found_error'
  | 'overloaded_error'
  | 'permission_error'
  | 'rate_limit_error'
  | 'request_too_large'
  | 'timeout_error';

/** Answers in the shape of Anthropic's errors, which the CLI knows how to read. */
export function sendApiError(
  response: ServerResponse,
  status: number,
  type: ApiErrorType,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ type: 'error', error: { type, message } }));
}

/** Has the client libraries of Anthropic not ask again what would be answered in the same way. */
export const NOT_TO_BE_REPEATED = { 'x-should-retry': 'false' };

const STATUS_OF_KIND = new Map<ProviderFailureKind, [number, ApiErrorType]>([
  ['overloaded', [529, 'overloaded_error']],
  ['rate_limited', [429, 'rate_limit_error']],
  ['timeout', [504, 'timeout_error']],
]);

/** Answers for a provider that has not. */
export function sendFailure(
  response: ServerResponse,
  { kind, message, retryAfterMs }: ProviderFailure,
): void {
  const [status, type] = STATUS_OF_KIND.get(kind) ?? [502, 'api_error'];
  const headers =
    retryAfterMs === undefined
      ? {}
      : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)), ...NOT_TO_BE_REPEATED };
  sendApiError(response, status, type, message, headers);
}
