import { createHmac, createSecretKey } from 'node:crypto';
import {
  ASSERTION_ALGORITHM,
  ASSERTION_AUDIENCE,
  ASSERTION_ISSUER,
  type AssertedIdentity,
  type AssertedLimits,
  type AssertedRequest,
} from './assertion-claims.ts';

/** From who called, what was inspected and how far it may go to a compact JWS. */
export type AssertionSigner = (
  identity: AssertedIdentity,
  request: AssertedRequest,
  limits?: AssertedLimits,
) => string;

export interface AssertionSignerOptions {
  /** At least 32 bytes (RFC 7518, section 3.2). */
  key: Uint8Array;
  ttlMs: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

const HEADER = base64url(JSON.stringify({ alg: ASSERTION_ALGORITHM, typ: 'JWT' }));

/**
 * Signs identity assertions (RFC 7515, section 7.1). Without the library that verifies them, whose signing is
 * asynchronous: a decision that needs to wait for nothing else took six times as long with it.
 */
export function createAssertionSigner({ key, ttlMs, now }: AssertionSignerOptions): AssertionSigner {
  const secret = createSecretKey(key);
  return (identity, request, limits) => {
    const issuedAtMs = now();
    const claims = {
      iss: ASSERTION_ISSUER,
      aud: ASSERTION_AUDIENCE,
      sub: identity.client,
      iat: Math.floor(issuedAtMs / 1000),
      exp: Math.ceil((issuedAtMs + ttlMs) / 1000),
      tenant: identity.tenant,
      tier: identity.tier,
      key_id: identity.keyId,
      auth_method: identity.authMethod,
      method: request.method,
      path: request.path,
      body_sha256: request.bodySha256,
      context_sha256: request.contextSha256,
      limits: limits && {
        max_tokens: limits.maxTokens,
        max_turns: limits.maxTurns,
        max_timeout_s: limits.maxTimeoutS,
        skills: limits.skills,
        models: limits.models,
        model: limits.model,
      },
    };
    const signed = `${HEADER}.${base64url(JSON.stringify(claims))}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
