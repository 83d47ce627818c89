import { createSecretKey } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import {
  ASSERTION_ALGORITHM,
  ASSERTION_AUDIENCE,
  ASSERTION_ISSUER,
  type AssertedIdentity,
  type AssertedLimits,
  type AssertedRequest,
} from './assertion-claims.ts';
import { AUTH_METHODS } from './credentials/principal.ts';

/** Why an assertion does not count: for logs, never for callers. */
export type AssertionRefusal =
  | 'missing'
  | 'malformed'
  | 'bad_signature'
  | 'expired'
  | 'wrong_claims'
  | 'other_method'
  | 'other_path'
  | 'other_body'
  | 'other_context';

export type AssertionVerdict =
  | { ok: true; identity: AssertedIdentity; limits: AssertedLimits }
  | { ok: false; reason: AssertionRefusal };

/** A request as it arrived. The digest of its body is asked for once the signature has been found good. */
export type ReceivedRequest = Omit<AssertedRequest, 'bodySha256'> & {
  bodySha256(): string | Promise<string>;
};

export type AssertionVerifier = (
  jws: string | undefined,
  request: ReceivedRequest,
) => Promise<AssertionVerdict>;

export interface AssertionVerifierOptions {
  key: Uint8Array;
  /** Milliseconds since the epoch. */
  now(): number;
}

const claimsSchema = z.object({
  sub: z.string().min(1),
  tenant: z.string().min(1),
  tier: z.string().min(1),
  key_id: z.string().min(1),
  auth_method: z.enum(AUTH_METHODS),
  iat: z.number(),
  exp: z.number(),
  method: z.string(),
  path: z.string(),
  body_sha256: z.string(),
  context_sha256: z.string(),
  limits: z
    .object({
      max_tokens: z.number().optional(),
      max_turns: z.number().optional(),
      max_timeout_s: z.number().optional(),
      skills: z.array(z.string()).optional(),
      models: z.array(z.string()).optional(),
      model: z.string().optional(),
    })
    .default({}),
});

/** Verifies that an assertion is authz's, is not expired, and was made for this very request. */
export function createAssertionVerifier({ key, now }: AssertionVerifierOptions): AssertionVerifier {
  const secret = createSecretKey(key);
  return async (jws, request) => {
    if (jws === undefined || jws === '') return refused('missing');
    let payload: unknown;
    try {
      ({ payload } = await jwtVerify(jws, secret, {
        // RFC 8725, section 3.1: the verifier, not the token, says which algorithm counts.
        algorithms: [ASSERTION_ALGORITHM],
        issuer: ASSERTION_ISSUER,
        audience: ASSERTION_AUDIENCE,
        currentDate: new Date(now()),
      }));
    } catch (error) {
      return refused(refusalOf(error));
    }
    const claims = claimsSchema.safeParse(payload).data;
    if (claims === undefined) return refused('wrong_claims');
    if (claims.method !== request.method) return refused('other_method');
    if (claims.path !== request.path) return refused('other_path');
    if (claims.context_sha256 !== request.contextSha256) return refused('other_context');
    if (claims.body_sha256 !== (await request.bodySha256())) return refused('other_body');
    const { limits } = claims;
    return {
      ok: true,
      identity: {
        client: claims.sub,
        tenant: claims.tenant,
        tier: claims.tier,
        keyId: claims.key_id,
        authMethod: claims.auth_method,
      },
      limits: {
        maxTokens: limits.max_tokens,
        maxTurns: limits.max_turns,
        maxTimeoutS: limits.max_timeout_s,
        skills: limits.skills,
        models: limits.models,
        model: limits.model,
      },
    };
  };
}

function refused(reason: AssertionRefusal): AssertionVerdict {
  return { ok: false, reason };
}

function refusalOf(error: unknown): AssertionRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return 'wrong_claims';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad_signature';
  if (error instanceof errors.JOSEError) return 'malformed';
  throw error;
}
