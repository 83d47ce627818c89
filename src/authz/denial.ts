import type { ReasonClass } from '../inspect/index.ts';
import { problem } from '../problem/index.ts';
import type { TokenRefusal } from './jwt/refusal.ts';

/** What a caller is told: the code's status and the short sentence that a client may show. */
export const DENIALS = {
  invalid_api_key: { status: 401, error: 'Invalid or missing API key' },
  ambiguous_credentials: { status: 401, error: 'Invalid or missing API key' },
  empty_body: { status: 400, error: 'Invalid prompt' },
  invalid_json: { status: 400, error: 'Invalid JSON' },
  duplicate_key: { status: 400, error: 'Invalid JSON' },
  invalid_encoding: { status: 400, error: 'Invalid JSON' },
  number_out_of_range: { status: 400, error: 'Invalid JSON' },
  too_deep: { status: 400, error: 'Invalid JSON' },
  not_an_object: { status: 400, error: 'Invalid JSON' },
  invalid_prompt: { status: 400, error: 'Invalid prompt' },
  prompt_too_long: { status: 400, error: 'Prompt exceeds maximum length' },
  disallowed_content: { status: 400, error: 'Prompt contains disallowed content' },
  unsupported_media_type: { status: 415, error: 'Unsupported media type' },
  unsupported_encoding: { status: 415, error: 'Unsupported content encoding' },
  body_too_large: { status: 413, error: 'Request body too large' },
  invalid_request: { status: 400, error: 'Invalid request' },
  insufficient_scope: { status: 403, error: 'Insufficient scope' },
  cross_site_request: { status: 403, error: 'Cross-site request' },
  account_not_allowed: { status: 403, error: 'Account not allowed' },
  route_not_allowed: { status: 403, error: 'Not allowed' },
  not_permitted: { status: 403, error: 'Request exceeds your permissions' },
  method_not_allowed: { status: 405, error: 'Method not allowed' },
  service_unavailable: { status: 503, error: 'Service temporarily unavailable' },
} as const;

export type DenialCode = keyof typeof DENIALS;

/** Why a large body was not looked at. */
export type UnexaminedReason =
  | 'too_many_large_bodies'
  | 'examiner_crashed'
  /** Nobody waited for it any more. */
  | 'abandoned';

/** Why, for the log: callers with a bad key all get the same answer. */
export type DenialReason =
  | DenialCode
  | UnexaminedReason
  | 'missing'
  | 'repeated_header'
  | 'unsupported_scheme'
  | 'malformed'
  | 'bad_checksum'
  | 'certificate_of_authority'
  | 'certificate_without_rule'
  | 'unknown'
  | 'expired'
  | 'tier_not_configured'
  | 'unclear_path'
  | 'no_route'
  | 'route_not_in_credential'
  | 'tier_not_allowed'
  | 'role_missing'
  | 'scope_missing'
  | 'partial_body'
  | 'damaged_encoding'
  | 'inflates_too_much'
  | 'field_not_comparable'
  | 'too_many_members'
  | 'address_not_allowed'
  | 'blocked'
  | 'too_many_checks'
  | 'blocklist_unavailable'
  | TokenRefusal
  /** What the introspection endpoint says of an opaque token. */
  | 'token_inactive'
  /** The keys of a token's issuer are not to be had. */
  | 'issuer_unavailable'
  | 'introspection_unavailable'
  | 'store_unavailable';

/** What can be tried out in shadow mode: decided, logged and counted, but not enforced. */
export type ShadowPolicy = 'routes' | 'permissions' | 'inspection' | 'blocklist' | 'apiKeys';

/** What is wrong with one field of a request. */
export interface FieldProblem {
  /** Such as `max_tokens`. */
  path: string;
  message: string;
  /** The most, or the only values, that would have passed. */
  allowed?: number | readonly string[];
}

export interface Denial {
  code: DenialCode;
  reason: DenialReason;
  /** What to do about it; shown to the caller. */
  detail: string;
  /** Seconds after which trying again makes sense. */
  retryAfterS?: number;
  /** Of the answer, besides those that every denial of its code has. */
  headers?: Readonly<Record<string, string>>;
  /** Of insufficient_scope: all that are needed. */
  scopes?: readonly string[];
  errors?: readonly FieldProblem[];
  /** Whose denial it is, of those with a shadow mode. */
  policy?: ShadowPolicy;
  /** Of disallowed_content: what the text is after, as far as a caller is told. */
  reasonClass?: ReasonClass;
  /** Names of the inspection's rules that matched; never shown to the caller. */
  rules?: readonly string[];
}

export function denialStatus(code: DenialCode): number {
  return DENIALS[code].status;
}

/** What a request is called in logs and answers. */
export interface RequestIds {
  requestId: string;
  /** Left out where there is no trace. */
  traceId: string | undefined;
}

/** The denial's body. */
export function problemBody(denial: Denial, ids: RequestIds): string {
  const { code, detail, retryAfterS, errors, reasonClass } = denial;
  const body = problem({ code, ...DENIALS[code] }, { detail, ...ids, retryAfter: retryAfterS });
  return JSON.stringify({ ...body, reasonClass, errors });
}
