import { isForAudience } from '../claims/audience.ts';
import { refuseBoundToken } from '../claims/binding.ts';
import { nameOf, shortDigest } from '../claims/name.ts';
import { ClaimProblem, type Claims, textAt } from '../claims/read.ts';
import { subjectOf } from '../claims/subject.ts';
import { type Validity, validityOf, validityProblem, validUntilMs } from '../claims/validity.ts';
import type { Principal } from '../credentials/principal.ts';
import { readHeader, type TokenHeader } from './header.ts';
import type { IssuerRules } from './issuer.ts';
import type { KeySet } from './key-set.ts';
import { type Refused, refused, type TokenRefusal } from './refusal.ts';
import type { UnverifiedToken } from './token.ts';
import type { VerificationKey } from './verification-key.ts';

/** A token that counts. */
export interface VerifiedToken {
  ok: true;
  principal: Principal;
  /** Milliseconds since the epoch; leeway included. */
  validUntilMs: number;
  /** Of the key that it was verified with. */
  keyFingerprint: string;
}

export interface RefusedToken extends Refused {
  /** Whose it is, where its signature is good and its claims could be read. */
  principal?: Principal;
  /** It may be signed with a key that the issuer has had since. */
  newerKeysMayHelp?: true;
}

export type Verification = VerifiedToken | RefusedToken;

/**
 * Verifies a token under the rules and keys of its issuer (RFC 7519, section 7.2; RFC 8725). Pure and synchronous.
 * Nothing is told of a token's claims before its signature is known to be good.
 * @param signedBy fingerprint of the key that is known to have signed this very token, where that is known
 */
export function verifyToken(
  { jws, claims }: UnverifiedToken,
  rules: IssuerRules,
  keys: KeySet,
  nowMs: number,
  signedBy?: string,
): Verification {
  const read = readHeader(jws, rules.algorithms);
  if (!read.ok) return read;
  const key = signingKey(jws, read.header, keys, signedBy);
  if ('ok' in key) return key;
  const type = checkType(read.header, rules);
  if (type !== undefined) return type;
  try {
    return judgeClaims(claims, rules, { jws, key, nowMs });
  } catch (error) {
    if (error instanceof ClaimProblem) return refused('token_claims', error.message);
    throw error;
  }
}

/** The key that made the signature. @param signedBy as in verifyToken */
export function signingKey(
  { signingInput, signature }: UnverifiedToken['jws'],
  header: TokenHeader,
  keys: KeySet,
  signedBy?: string,
): VerificationKey | RefusedToken {
  const candidates = keys.candidates(header);
  if (candidates.length === 0) {
    const which = header.kid === undefined ? '' : ' of its kid';
    const refusal = refused('token_key', `the issuer has no key${which} for ${header.algorithm}`);
    return { ...refusal, newerKeysMayHelp: true };
  }
  const known = candidates.find(({ fingerprint }) => fingerprint === signedBy);
  if (known !== undefined) return known;
  const key = candidates.find(({ algorithms }) =>
    algorithms.get(header.algorithm)?.(signingInput, signature),
  );
  if (key !== undefined) return key;
  const refusal = refused('token_signature', 'the signature is not that of a key of the issuer');
  const isNamed = candidates.every(({ kid }) => kid !== undefined && kid === header.kid);
  return isNamed ? refusal : { ...refusal, newerKeysMayHelp: true };
}

/** RFC 8725, section 3.11: a token that was made for something else must not count here. */
export function checkType({ type }: TokenHeader, { types }: IssuerRules): Refused | undefined {
  if (types.has(type ?? 'jwt')) return undefined;
  return refused('token_type', `typ is none of ${[...types].join(', ')}`);
}

const REASONS = {
  expired: 'token_expired',
  not_yet_valid: 'token_not_yet_valid',
  too_old: 'token_too_old',
} as const satisfies Record<string, TokenRefusal>;

const DETAILS = {
  expired: 'it has expired (exp)',
  not_yet_valid: 'its time has not come (nbf, iat)',
  too_old: 'it is older than maxAge, or does not say how old (iat)',
};

/** @throws ClaimProblem */
function judgeClaims(
  claims: Claims,
  rules: IssuerRules,
  { jws, key, nowMs }: { jws: UnverifiedToken['jws']; key: VerificationKey; nowMs: number },
): Verification {
  if (!isForAudience(claims, rules.audiences)) {
    return refused('token_audience', `aud is none of ${[...rules.audiences].join(', ')}`);
  }
  refuseBoundToken(claims);
  const validity = validityOf(claims);
  if (validity.expiresAtMs === undefined) throw new ClaimProblem(['exp'], 'is missing');
  const principal = principalOf(claims, rules, jws, validity);
  const problem = validityProblem(validity, rules, nowMs);
  if (problem !== undefined) return { ...refused(REASONS[problem], DETAILS[problem]), principal };
  return {
    ok: true,
    principal,
    validUntilMs: validUntilMs(validity, rules),
    keyFingerprint: key.fingerprint,
  };
}

function principalOf(
  claims: Claims,
  { subject }: IssuerRules,
  jws: UnverifiedToken['jws'],
  { issuedAtMs, expiresAtMs }: Validity,
): Principal {
  const { client, tenant, tier, roles, scopes, permissions, email } = subjectOf(claims, subject);
  const keyId = keyIdOf(claims, jws);
  // All members at once: thousands of these are kept, and an object that grows takes up twice as much.
  return {
    client,
    tenant,
    tier,
    keyId,
    authMethod: 'jwt',
    roles,
    scopes,
    permissions,
    issuedAtMs,
    expiresAtMs,
    email,
  };
}

/**
 * The jti, by which a token can be blocked; without one a digest of what was signed. The signature is not part of it,
 * because a token can have several good ones.
 * @throws ClaimProblem
 */
export function keyIdOf(claims: Claims, { signingInput }: UnverifiedToken['jws']): string {
  const jti = textAt(claims, ['jti']);
  if (jti === undefined) return `jwt.${shortDigest(signingInput.toString('latin1'))}`;
  const name = nameOf(jti);
  if (name === undefined) throw new ClaimProblem(['jti'], 'is longer than 255 characters');
  return name;
}
