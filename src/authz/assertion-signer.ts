import {
  ASSERTION_ALGORITHM,
  ASSERTION_AUDIENCE,
  ASSERTION_ISSUER,
  type AssertedIdentity,
  type AssertedLimits,
  type AssertedRequest,
} from './assertion-claims.ts';
import { createHmacSha256 } from './hmac-sha256.ts';
import { createKeptBeside } from './kept-beside.ts';

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

/** What all assertions of a caller begin with, as they are signed. */
interface Beginning {
  limits: AssertedLimits | undefined;
  text: string;
}

const HEADER = base64url(JSON.stringify({ alg: ASSERTION_ALGORITHM, typ: 'JWT' }));
/** Of so many bytes base64 makes characters that do not depend on what follows. */
const BASE64_GROUP = 3;

/**
 * Signs identity assertions (RFC 7515, section 7.1). Without the library that verifies them, whose signing is
 * asynchronous: a decision that needs to wait for nothing else took six times as long with it.
 */
export function createAssertionSigner({ key, ttlMs, now }: AssertionSignerOptions): AssertionSigner {
  const sign = createHmacSha256(key);
  const beginnings = createKeptBeside<AssertedIdentity, Beginning>();

  const beginningOf = (identity: AssertedIdentity, limits: AssertedLimits | undefined): string => {
    const before = beginnings.get(identity);
    if (before !== undefined && before.limits === limits) return before.text;
    const text = `${HEADER}.${base64url(claimsOfCaller(identity, limits))}`;
    if (beginnings.hasCome(identity)) beginnings.set(identity, { limits, text });
    return text;
  };

  return (identity, request, limits) => {
    const issuedAtMs = now();
    const expiresAtMs = issuedAtMs + ttlMs;
    const claims = claimsOfRequest(request, Math.floor(issuedAtMs / 1000), Math.ceil(expiresAtMs / 1000));
    const signed = beginningOf(identity, limits) + base64url(claims);
    return `${signed}.${sign(signed)}`;
  };
}

/** The first members of the claims' object, up to a comma and what fills up the last group. */
function claimsOfCaller(identity: AssertedIdentity, limits: AssertedLimits | undefined): string {
  const claims = JSON.stringify({
    iss: ASSERTION_ISSUER,
    aud: ASSERTION_AUDIENCE,
    sub: identity.client,
    tenant: identity.tenant,
    tier: identity.tier,
    key_id: identity.keyId,
    auth_method: identity.authMethod,
    limits: limits && {
      max_tokens: limits.maxTokens,
      max_turns: limits.maxTurns,
      max_timeout_s: limits.maxTimeoutS,
      skills: limits.skills,
      models: limits.models,
      model: limits.model,
    },
  });
  const beginning = `${claims.slice(0, -1)},`;
  const bytes = Buffer.byteLength(beginning);
  return beginning + ' '.repeat((BASE64_GROUP - (bytes % BASE64_GROUP)) % BASE64_GROUP);
}

/** The other members. */
function claimsOfRequest(
  { method, path, bodySha256, contextSha256 }: AssertedRequest,
  issuedAt: number,
  expiresAt: number,
): string {
  // Digests are base64url, which JSON writes as it is.
  return `"iat":${issuedAt},"exp":${expiresAt},"method":${JSON.stringify(method)},"path":${JSON.stringify(path)},"body_sha256":"${bodySha256}","context_sha256":"${contextSha256}"}`;
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
