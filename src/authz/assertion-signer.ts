import { createSecretKey } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  ASSERTION_ALGORITHM,
  ASSERTION_AUDIENCE,
  ASSERTION_ISSUER,
  type AssertedIdentity,
  type AssertedRequest,
} from './assertion-claims.ts';

export type AssertionSigner = (identity: AssertedIdentity, request: AssertedRequest) => Promise<string>;

export interface AssertionSignerOptions {
  /** At least 32 bytes (RFC 7518, section 3.2). */
  key: Uint8Array;
  ttlMs: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Signs identity assertions: from identity and request to a compact JWS. */
export function createAssertionSigner({ key, ttlMs, now }: AssertionSignerOptions): AssertionSigner {
  const secret = createSecretKey(key);
  return (identity, request) => {
    const issuedAtMs = now();
    return new SignJWT({
      tenant: identity.tenant,
      tier: identity.tier,
      key_id: identity.keyId,
      auth_method: identity.authMethod,
      method: request.method,
      path: request.path,
      body_sha256: request.bodySha256,
    })
      .setProtectedHeader({ alg: ASSERTION_ALGORITHM, typ: 'JWT' })
      .setIssuer(ASSERTION_ISSUER)
      .setAudience(ASSERTION_AUDIENCE)
      .setSubject(identity.client)
      .setJti(identity.requestId)
      .setIssuedAt(Math.floor(issuedAtMs / 1000))
      .setExpirationTime(Math.ceil((issuedAtMs + ttlMs) / 1000))
      .sign(secret);
  };
}
