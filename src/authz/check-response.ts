import { PROBLEM_TYPE } from '../problem/index.ts';
import { ASSERTION_HEADER } from './assertion-claims.ts';
import { CREDENTIAL_HEADERS } from './credentials/present.ts';
import type { Metadata } from './decision.ts';
import { type Denial, denialStatus, problemBody } from './denial.ts';

/** google.rpc.Code */
const OK = 0;
const PERMISSION_DENIED = 7;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

interface HeaderValueOption {
  // Without `append` a header overwrites one of its name; `append_action` is ignored by Envoy 1.40.
  header: { key: string; value: string };
}

interface HttpAnswer {
  status: { code: number };
  headers: HeaderValueOption[];
  body: string;
}

/** envoy.service.auth.v3.CheckResponse: the fields that are written. */
export type CheckResponse = {
  status: { code: number };
  dynamic_metadata?: { fields: Record<string, { stringValue: string }> };
} & (
  | { ok_response: { headers: HeaderValueOption[]; headers_to_remove: readonly string[] } }
  | { denied_response: HttpAnswer }
  | { error_response: HttpAnswer }
);

/** Lets a request pass: with the caller's name and the assertion, without its credential. */
export function allowResponse(client: string, assertion: string, metadata: Metadata): CheckResponse {
  return {
    status: { code: OK },
    ok_response: {
      headers: headerOptions({ 'x-client-id': client, [ASSERTION_HEADER]: assertion }),
      headers_to_remove: CREDENTIAL_HEADERS,
    },
    dynamic_metadata: struct(metadata),
  };
}

/** Refuses a request with problem+json. Envoy counts it as a denial. */
export function denyResponse(
  denial: Denial,
  challenge: string | undefined,
  requestId: string,
  metadata?: Metadata,
): CheckResponse {
  const headers = challenge === undefined ? {} : { 'www-authenticate': challenge };
  return {
    status: { code: denialStatus(denial.code) === 401 ? UNAUTHENTICATED : PERMISSION_DENIED },
    denied_response: httpAnswer(denial, requestId, headers),
    ...(metadata === undefined ? {} : { dynamic_metadata: struct(metadata) }),
  };
}

/** Says that no decision could be made. Envoy 1.37 and newer sends it as it is and counts it as an error. */
export function errorResponse(denial: Denial, requestId: string): CheckResponse {
  return { status: { code: UNAVAILABLE }, error_response: httpAnswer(denial, requestId, {}) };
}

function httpAnswer(denial: Denial, requestId: string, headers: Record<string, string>): HttpAnswer {
  return {
    status: { code: denialStatus(denial.code) },
    headers: headerOptions({
      'content-type': PROBLEM_TYPE,
      ...(denial.retryAfterS === undefined ? {} : { 'retry-after': String(denial.retryAfterS) }),
      ...headers,
      ...denial.headers,
    }),
    body: problemBody(denial, requestId),
  };
}

function headerOptions(headers: Record<string, string>): HeaderValueOption[] {
  return Object.entries(headers).map(([key, value]) => ({ header: { key, value } }));
}

/** google.protobuf.Struct, whose field names proto-loader has in camel case. */
function struct(values: Metadata): { fields: Record<string, { stringValue: string }> } {
  return {
    fields: Object.fromEntries(Object.entries(values).map(([key, stringValue]) => [key, { stringValue }])),
  };
}
