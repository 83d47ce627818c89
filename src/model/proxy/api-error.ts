import type { ServerResponse } from 'node:http';

/** Anthropic's error types that the proxy itself answers with. */
export type ApiErrorType =
  | 'api_error'
  | 'not_found_error'
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
