import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Config } from '../../config/index.ts';
import { nameOf } from '../claims/name.ts';
import { AuthzError } from '../errors.ts';
import {
  DEVELOPMENT_ALGORITHM,
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
  readDevelopmentKey,
} from './development.ts';

export interface MintRequest {
  sub: string;
  tenant?: string | undefined;
  tier?: string | undefined;
  email?: string | undefined;
  roles?: readonly string[] | undefined;
  scopes?: readonly string[] | undefined;
  maxTokens?: number | undefined;
  skills?: readonly string[] | undefined;
  models?: readonly string[] | undefined;
  /** `gatehouse`, which is what authz asks for, when absent. */
  audience?: string | undefined;
  ttlMs: number;
}

export interface MintedToken {
  token: string;
  claims: Record<string, unknown> & { sub: string; jti: string; exp: number };
  /** What Gatehouse calls the subject. */
  client: string;
}

/** A development token that is good for longer would be a password. */
const MAX_TTL_MS = 24 * 3_600_000;

/**
 * Issues a token as the development issuer, with the claims of the public guide.
 * @param nowMs milliseconds since the epoch
 * @throws AuthzError development_issuer_off, invalid_issuer_key, invalid_token_request, unknown_tier
 */
export async function mintDevelopmentToken(
  config: Pick<Config, 'identity' | 'tiers'>,
  request: MintRequest,
  nowMs: number,
): Promise<MintedToken> {
  const { mode, keyFile } = config.identity.jwt.development;
  if (mode !== 'on') throw off();
  const client = nameOf(request.sub);
  if (client === undefined) throw invalid('--sub must have 1 to 255 characters');
  checkTier(request.tier, Object.keys(config.tiers));
  if (!(request.ttlMs >= 1000 && request.ttlMs <= MAX_TTL_MS)) throw invalid('--ttl must be 1s to 24h');
  const key = readDevelopmentKey(keyFile);
  const issuedS = Math.floor(nowMs / 1000);
  const claims = {
    iss: DEVELOPMENT_ISSUER,
    aud: request.audience ?? DEVELOPMENT_AUDIENCE,
    sub: request.sub,
    jti: randomUUID(),
    iat: issuedS,
    exp: issuedS + Math.floor(request.ttlMs / 1000),
    ...present({
      tenant: request.tenant,
      email: request.email,
      roles: request.roles,
      scope: request.scopes?.join(' '),
      permissions: nonEmpty(
        present({
          max_tokens_per_request: request.maxTokens,
          allowed_skills: request.skills,
          allowed_models: request.models,
          rate_limit_tier: request.tier,
        }),
      ),
    }),
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: DEVELOPMENT_ALGORITHM, typ: 'JWT' })
    .sign(key);
  return { token, claims, client };
}

function off(): AuthzError {
  return new AuthzError(
    'development_issuer_off',
    "The development issuer is off here: 'gatehouse up' has it where Envoy listens on loopback only, or set identity.jwt.development.mode to on and name a keyFile.",
  );
}

function checkTier(tier: string | undefined, tiers: readonly string[]): void {
  if (tier === undefined || tiers.includes(tier)) return;
  throw new AuthzError('unknown_tier', `There is no tier ${JSON.stringify(tier)}: use ${tiers.join(', ')}.`);
}

function invalid(problem: string): AuthzError {
  return new AuthzError('invalid_token_request', `${problem}.`);
}

function present(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function nonEmpty(object: Record<string, unknown>): Record<string, unknown> | undefined {
  return Object.keys(object).length > 0 ? object : undefined;
}
