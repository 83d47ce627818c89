import type { Config } from '../../config/index.ts';
import type { Permissions, Principal } from '../credentials/principal.ts';
import { nameOf } from './name.ts';
import {
  type ClaimPath,
  ClaimProblem,
  type Claims,
  claimAt,
  countAt,
  emailAt,
  listAt,
  spacedListAt,
  textAt,
} from './read.ts';

/** How an issuer's claims are understood: `identity.jwt.issuers[]` and `identity.introspection` have these. */
export type SubjectRules = Pick<
  Config['identity']['jwt']['issuers'][number],
  'claims' | 'defaultTenant' | 'defaultTier' | 'tenants' | 'clientPrefix'
>;

/** What the claims say of somebody, whatever kind of token they came with. */
export type Subject = Omit<Principal, 'keyId' | 'authMethod' | 'issuedAtMs' | 'expiresAtMs' | 'routes'>;

/** Most tokens have neither: a new list for each would be kept as long as the token is known. */
const NO_NAMES: readonly string[] = Object.freeze([]);
const NO_PERMISSIONS: Permissions = Object.freeze({});

/**
 * Who a token's claims say its bearer is. A claim that is not there means the default; one that is malformed means that
 * the token does not count.
 * @throws ClaimProblem that names the claim
 */
export function subjectOf(claims: Claims, rules: SubjectRules): Subject {
  const { claims: paths } = rules;
  const email = emailOf(claims, paths.email);
  return {
    client: clientOf(claims, rules, email),
    tenant: tenantOf(claims, rules),
    tier: textAt(claims, paths.tier) ?? rules.defaultTier,
    roles: listAt(claims, paths.roles) ?? NO_NAMES,
    scopes: spacedListAt(claims, paths.scopes) ?? NO_NAMES,
    permissions: permissionsOf(claims, paths.permissions),
    email,
  };
}

function clientOf(claims: Claims, rules: SubjectRules, email: string | undefined): string {
  const path = rules.claims.client;
  // Whoever may write any address into a profile must not become its owner.
  const isEmail = path.join('\0') === rules.claims.email.join('\0');
  const foreign = isEmail ? email : textAt(claims, path);
  if (foreign === undefined) {
    throw new ClaimProblem(path, isEmail ? 'is missing or not verified' : 'is missing');
  }
  return nameAt(path, foreign, rules.clientPrefix);
}

function tenantOf(claims: Claims, { claims: paths, defaultTenant, tenants }: SubjectRules): string {
  const foreign = textAt(claims, paths.tenant) ?? defaultTenant;
  if (tenants !== undefined && !tenants.includes(foreign)) {
    throw new ClaimProblem(paths.tenant, 'is none of those that this issuer may speak for');
  }
  return nameAt(paths.tenant, foreign);
}

function nameAt(path: ClaimPath, foreign: string, prefix?: string): string {
  const name = nameOf(foreign, prefix);
  if (name === undefined) throw new ClaimProblem(path, 'is longer than 255 characters or not well-formed');
  return name;
}

/** OpenID Connect Core 1.0, section 5.1: email_verified stands beside email. */
function emailOf(claims: Claims, path: ClaimPath): string | undefined {
  const email = emailAt(claims, path);
  if (email === undefined) return undefined;
  const beside = [...path.slice(0, -1), 'email_verified'];
  const verified = claimAt(claims, beside);
  if (verified !== undefined && typeof verified !== 'boolean') {
    throw new ClaimProblem(beside, 'is not true or false');
  }
  return verified === false ? undefined : email;
}

function permissionsOf(claims: Claims, paths: SubjectRules['claims']['permissions']): Permissions {
  const maxTokensPerRequest = countAt(claims, paths.maxTokensPerRequest);
  const allowedSkills = listAt(claims, paths.allowedSkills);
  const allowedModels = listAt(claims, paths.allowedModels);
  if (maxTokensPerRequest === undefined && allowedSkills === undefined && allowedModels === undefined) {
    return NO_PERMISSIONS;
  }
  return {
    ...(maxTokensPerRequest !== undefined && { maxTokensPerRequest }),
    ...(allowedSkills !== undefined && { allowedSkills }),
    ...(allowedModels !== undefined && { allowedModels }),
  };
}
