import type { Config } from '../../config/index.ts';
import { isForAudience } from '../claims/audience.ts';
import { refuseBoundToken } from '../claims/binding.ts';
import { nameOf, shortDigest } from '../claims/name.ts';
import { ClaimProblem, type Claims, textAt } from '../claims/read.ts';
import { subjectOf } from '../claims/subject.ts';
import { validityOf, validityProblem, validUntilMs } from '../claims/validity.ts';
import type { Authentication } from '../credentials/credential.ts';
import type { Principal } from '../credentials/principal.ts';
import type { DenialReason } from '../denial.ts';
import type { Answer } from './answer.ts';

export type IntrospectionConfig = NonNullable<Config['identity']['introspection']>;

/** What an answer comes to, and until when it may be taken for true; milliseconds since the epoch. */
export interface Judgement {
  authentication: Authentication;
  untilMs: number;
}

/** Decides on the endpoint's answer. Pure. */
export function judgeAnswer(
  answer: Answer,
  token: string,
  config: IntrospectionConfig,
  nowMs: number,
): Judgement {
  const negative = (reason: DenialReason, principal?: Principal): Judgement => ({
    authentication: { kind: 'rejected', reason, ...(principal && { principal }) },
    untilMs: nowMs + config.cache.negativeTtl.ms,
  });
  if (!answer.active) return negative('token_inactive');
  try {
    const { claims } = answer;
    const refusal = refusalOf(claims, config);
    if (refusal !== undefined) return negative(refusal);
    refuseBoundToken(claims);
    const validity = validityOf(claims);
    const leeway = { leewayMs: config.leeway.ms };
    const { issuedAtMs, expiresAtMs } = validity;
    const principal: Principal = {
      ...subjectOf(claims, config),
      keyId: keyIdOf(claims, token),
      authMethod: 'oauth',
      ...(issuedAtMs !== undefined && { issuedAtMs }),
      ...(expiresAtMs !== undefined && { expiresAtMs }),
    };
    const problem = validityProblem(validity, leeway, nowMs);
    if (problem !== undefined) {
      return negative(problem === 'expired' ? 'token_expired' : 'token_not_yet_valid', principal);
    }
    return {
      authentication: { kind: 'authenticated', principal },
      untilMs: Math.min(nowMs + config.cache.maxTtl.ms, validUntilMs(validity, leeway)),
    };
  } catch (error) {
    if (error instanceof ClaimProblem) return negative('token_claims');
    throw error;
  }
}

/** @throws ClaimProblem */
function refusalOf(claims: Claims, { issuer, audiences }: IntrospectionConfig): DenialReason | undefined {
  if (issuer !== undefined && textAt(claims, ['iss']) !== issuer) return 'token_issuer';
  if (!isAccessToken(claims)) return 'token_type';
  return audiences === 'any' || isForAudience(claims, new Set(audiences)) ? undefined : 'token_audience';
}

/**
 * Endpoints say `active` of refresh tokens, too. What kind a token is stands in `token_type` (RFC 7662), `token_use` (Ory
 * Hydra) or `typ` (Keycloak).
 */
function isAccessToken(claims: Claims): boolean {
  const type = textAt(claims, ['token_type'])?.toLowerCase() ?? 'bearer';
  const use = textAt(claims, ['token_use'])?.toLowerCase() ?? 'access_token';
  const typ = textAt(claims, ['typ'])?.toLowerCase() ?? 'bearer';
  return (
    type === 'bearer' && ['access_token', 'access'].includes(use) && ['bearer', 'jwt', 'at+jwt'].includes(typ)
  );
}

function keyIdOf(claims: Claims, token: string): string {
  const jti = textAt(claims, ['jti']);
  if (jti === undefined) return `oauth.${shortDigest(token)}`;
  const name = nameOf(jti);
  if (name === undefined) throw new ClaimProblem(['jti'], 'is longer than 255 characters');
  return name;
}
