import { ERROR_CODE_HEADER, PROBLEM_TYPE } from '../problem/index.ts';
import { type Denial, denialStatus, problemBody, type RequestIds } from './denial.ts';
import type { Metadata } from './metadata.ts';

/** google.rpc.Code */
const PERMISSION_DENIED = 7;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** What Envoy is told, as codec/encode-response.ts writes it into an envoy.service.auth.v3.CheckResponse. */
export type CheckResponse =
  /** The request may pass: with the caller's name and the assertion, without its credential. */
  | { kind: 'ok'; assertion: string; metadata: Metadata }
  /** It is refused. */
  | { kind: 'denied'; code: number; answer: HttpAnswer; metadata: Metadata | undefined }
  /** No decision could be made. Envoy 1.37 and newer sends the answer as it is and counts it as an error. */
  | { kind: 'error'; code: number; answer: HttpAnswer };

/** What the caller gets. */
export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Refuses a request with problem+json. */
export function denyResponse(
  denial: Denial,
  challenge: string | undefined,
  ids: RequestIds,
  metadata?: Metadata,
): CheckResponse {
  const headers: Record<string, string> = challenge === undefined ? {} : { 'www-authenticate': challenge };
  return {
    kind: 'denied',
    code: denialStatus(denial.code) === 401 ? UNAUTHENTICATED : PERMISSION_DENIED,
    answer: httpAnswer(denial, ids, headers),
    metadata,
  };
}

/** Says that no decision could be made. */
export function errorResponse(denial: Denial, ids: RequestIds): CheckResponse {
  return { kind: 'error', code: UNAVAILABLE, answer: httpAnswer(denial, ids, {}) };
}

function httpAnswer(denial: Denial, ids: RequestIds, headers: Record<string, string>): HttpAnswer {
  return {
    status: denialStatus(denial.code),
    headers: {
      'content-type': PROBLEM_TYPE,
      [ERROR_CODE_HEADER]: denial.code,
      ...(denial.retryAfterS === undefined ? {} : { 'retry-after': String(denial.retryAfterS) }),
      ...headers,
      ...denial.headers,
    },
    body: problemBody(denial, ids),
  };
}
