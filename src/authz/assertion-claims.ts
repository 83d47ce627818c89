import { hash } from 'node:crypto';
import type { AuthMethod } from './credentials/principal.ts';

/**
 * The identity assertion: a compact JWS (RFC 7515, HS256) with which authz tells the api who called and what
 * was inspected. It is bound to one request by method, path and the digests of the inspected body and headers.
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
}

/** What the api holds a submission to, whose body authz cannot change; what is absent is not limited. */
export interface AssertedLimits {
  maxTokens?: number | undefined;
  maxTurns?: number | undefined;
  maxTimeoutS?: number | undefined;
  skills?: readonly string[] | undefined;
  /** The only models that a run may use. */
  models?: readonly string[] | undefined;
  /** The model of a submission that names none, where not every model is allowed. */
  model?: string | undefined;
}

/** The one request that an assertion is good for. */
export interface AssertedRequest {
  method: string;
  /** With the query string, as in `:path`. */
  path: string;
  /**
   * SHA-256 in base64url of the inspected body, without its content-encoding; '' when there is none or none was
   * inspected.
   */
  bodySha256: string;
  /** As contextSha256() has it. */
  contextSha256: string;
}

/**
 * Of X-Repo and X-Branch, which become part of the model's input beside the body.
 * @returns SHA-256 in base64url; '' where the request has neither
 */
export function contextSha256(repository: string | undefined, branch: string | undefined): string {
  if (repository === undefined && branch === undefined) return '';
  return hash('sha256', JSON.stringify([repository ?? null, branch ?? null]), 'base64url');
}
