import type { AuthMethod } from './credentials/principal.ts';

/**
 * The identity assertion: a compact JWS (RFC 7515, HS256) with which authz tells the api who called and what
 * was inspected. It is bound to one request by method, path and the digest of the inspected body.
 */
export const ASSERTION_HEADER = 'x-gatehouse-assertion';
export const ASSERTION_ISSUER = 'gatehouse-authz';
export const ASSERTION_AUDIENCE = 'gatehouse-api';
/** HMAC with SHA-256: both sides are ours and share one secret. */
export const ASSERTION_ALGORITHM = 'HS256';

/** Who called, as the api may rely on it. */
export interface AssertedIdentity {
  client: string;
  tenant: string;
  tier: string;
  keyId: string;
  authMethod: AuthMethod;
  requestId: string;
}

/** The one request that an assertion is good for. */
export interface AssertedRequest {
  method: string;
  /** With the query string, as in `:path`. */
  path: string;
  /** SHA-256 of the inspected body in base64url; '' when there is none or none was inspected. */
  bodySha256: string;
}
