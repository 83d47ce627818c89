import { isForAudience } from '../claims/audience.ts';
import { refuseBoundToken } from '../claims/binding.ts';
import { ClaimProblem } from '../claims/read.ts';
import { type Subject, subjectOf } from '../claims/subject.ts';
import { validityOf, validityProblem } from '../claims/validity.ts';
import type { Principal } from '../credentials/principal.ts';
import type { DenialReason } from '../denial.ts';
import { readHeader } from './header.ts';
import type { IssuerRules } from './issuer.ts';
import type { KeySet } from './key-set.ts';
import { readToken, type UnverifiedToken } from './token.ts';
import { checkType, keyIdOf, signingKey, verifyToken } from './verify.ts';

/** One thing that a token has to stand, and whether it does. */
export interface TokenCheck {
  check: string;
  /** unknown: cannot be told, as the signature without keys. */
  outcome: 'ok' | 'failed' | 'unknown';
  /** What was looked at, or what is wrong. */
  detail: string;
}

export interface TokenInspection {
  /** What authz answers; undefined while it would be 503. */
  counts: boolean | undefined;
  /** As in authz's log. */
  reason?: DenialReason;
  /** Who it would be. */
  principal?: Principal;
  header?: Readonly<Record<string, unknown>>;
  claims?: Readonly<Record<string, unknown>>;
  checks: readonly TokenCheck[];
}

export interface InspectionWorld {
  /** undefined for an issuer that is not configured. */
  rulesOf(issuer: string): IssuerRules | undefined;
  keysOf(issuer: string): KeySet | undefined;
  tiers: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  nowMs: number;
}

/**
 * Tells each check of a token and its outcome, also those after the first that fails. The verdict is that of verifyToken
 * and the tiers, as authz gives it.
 */
export function inspectToken(text: string, world: InspectionWorld): TokenInspection {
  const read = readToken(text);
  if (!read.ok) {
    const checks = [failed('form', read.detail)];
    return { counts: false, reason: read.reason, checks };
  }
  const { token } = read;
  const { header } = token.jws;
  const known = { header, claims: token.claims };
  const form = ok('form', 'three parts of canonical base64url, JSON with one meaning');
  const rules = world.rulesOf(token.issuer);
  if (rules === undefined) {
    const checks = [form, failed('issuer', `${JSON.stringify(token.issuer)} is not configured`)];
    return { counts: false, reason: 'token_issuer', ...known, checks };
  }
  const keys = world.keysOf(token.issuer);
  const checks = [
    form,
    ok('issuer', token.issuer),
    ...checksOfHeader(token, rules, keys),
    ...checksOfClaims(token, rules, world),
  ];
  if (keys === undefined) return { counts: undefined, reason: 'issuer_unavailable', ...known, checks };
  const verification = verifyToken(token, rules, keys, world.nowMs);
  if (!verification.ok) return { counts: false, reason: verification.reason, ...known, checks };
  const { principal } = verification;
  if (!world.tiers.has(principal.tier)) {
    return { counts: false, reason: 'tier_not_configured', principal, ...known, checks };
  }
  return { counts: true, principal, ...known, checks };
}

function checksOfHeader(token: UnverifiedToken, rules: IssuerRules, keys: KeySet | undefined): TokenCheck[] {
  const read = readHeader(token.jws, rules.algorithms);
  if (!read.ok) return [failed('header', read.detail), unknown('signature', 'the header says not how')];
  const { header } = read;
  const type = checkType(header, rules);
  return [
    ok('header', `${header.algorithm}, kid ${JSON.stringify(header.kid) ?? 'none'}`),
    signatureCheck(token, header, keys),
    type === undefined ? ok('type', header.type ?? 'none') : failed('type', type.detail),
  ];
}

function signatureCheck(
  token: UnverifiedToken,
  header: Parameters<typeof signingKey>[1],
  keys: KeySet | undefined,
): TokenCheck {
  if (keys === undefined) return unknown('signature', "the issuer's keys are not to be had");
  const key = signingKey(token.jws, header, keys);
  if ('ok' in key) return failed('signature', key.detail);
  return ok(
    'signature',
    `made with ${key.kid === undefined ? 'a key' : `the key ${JSON.stringify(key.kid)}`} of the issuer`,
  );
}

function checksOfClaims(token: UnverifiedToken, rules: IssuerRules, world: InspectionWorld): TokenCheck[] {
  const { claims } = token;
  return [
    judged('audience', () => audienceCheck(claims, rules)),
    judged('time', () => timeCheck(claims, rules, world.nowMs)),
    judged('binding', () => {
      refuseBoundToken(claims);
      return ok('binding', 'to no key');
    }),
    judged('jti', () => ok('jti', `known as ${keyIdOf(claims, token.jws)}`)),
    ...subjectChecks(claims, rules, world),
  ];
}

function subjectChecks(
  claims: UnverifiedToken['claims'],
  rules: IssuerRules,
  { tiers }: InspectionWorld,
): TokenCheck[] {
  let subject: Subject;
  try {
    subject = subjectOf(claims, rules.subject);
  } catch (error) {
    if (error instanceof ClaimProblem) return [failed('claims', error.message)];
    throw error;
  }
  const { client, tenant, tier } = subject;
  return [
    ok('claims', `client ${client}, tenant ${tenant}, tier ${tier}`),
    tiers.has(tier) ? ok('tier', tier) : failed('tier', `${tier} is not configured`),
  ];
}

function audienceCheck(claims: UnverifiedToken['claims'], { audiences }: IssuerRules): TokenCheck {
  const accepted = [...audiences].join(', ');
  return isForAudience(claims, audiences)
    ? ok('audience', accepted)
    : failed('audience', `aud is none of ${accepted}`);
}

function timeCheck(claims: UnverifiedToken['claims'], rules: IssuerRules, nowMs: number): TokenCheck {
  const validity = validityOf(claims);
  if (validity.expiresAtMs === undefined) return failed('time', 'exp is missing');
  const until = `exp ${new Date(validity.expiresAtMs).toISOString()}`;
  const problem = validityProblem(validity, rules, nowMs);
  return problem === undefined
    ? ok('time', until)
    : failed('time', `${problem.replaceAll('_', ' ')} (${until})`);
}

function judged(check: string, judge: () => TokenCheck): TokenCheck {
  try {
    return judge();
  } catch (error) {
    if (error instanceof ClaimProblem) return failed(check, error.message);
    throw error;
  }
}

function ok(check: string, detail: string): TokenCheck {
  return { check, outcome: 'ok', detail };
}

function failed(check: string, detail: string): TokenCheck {
  return { check, outcome: 'failed', detail };
}

function unknown(check: string, detail: string): TokenCheck {
  return { check, outcome: 'unknown', detail };
}
