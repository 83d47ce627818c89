import { createHash } from 'node:crypto';
import type { Verdict } from '../inspect/index.ts';
import type { AssertedIdentity, AssertedRequest } from './assertion-claims.ts';
import type { RequestFacts } from './check-request.ts';
import type { Principal } from './credentials/principal.ts';
import type { Denial, DenialReason } from './denial.ts';
import { checkAccess } from './routes/access.ts';
import { type RouteTable, routeName } from './routes/table.ts';
import { checkSubmission } from './submission.ts';

/** Stands where a value does not apply: Envoy drops a rate-limit descriptor whose value is empty or missing. */
const NOT_APPLICABLE = 'none';

/**
 * What later filters and the access log may read of a request, under `envoy.filters.http.ext_authz`. Always all
 * of them and always strings: Envoy's rate limit filter makes no call at all over a number or a missing value.
 */
export interface Metadata {
  client: string;
  tenant: string;
  tier: string;
  model: string;
  route: string;
  key_id: string;
  auth_method: string;
  verdict: string;
  /** Codes of the denials that shadow mode kept from counting. */
  shadow: string;
}

export type Decision =
  | {
      kind: 'allow';
      identity: AssertedIdentity;
      request: AssertedRequest;
      metadata: Metadata;
      shadowed: readonly Denial[];
    }
  /** identity and metadata are there once the caller is known; keyId where only the credential is. */
  | { kind: 'deny'; denial: Denial; identity?: AssertedIdentity; metadata?: Metadata; keyId?: string };

export interface Policy {
  routes: RouteTable;
  /** Names of the tiers that have limits. */
  tiers: ReadonlySet<string>;
  /** Code points. */
  maxPromptCharacters: number;
  /** The model of a request that names none. */
  defaultModel: string;
}

/** Decides on the request of a caller who is known. Pure. */
export function decide(facts: RequestFacts, principal: Principal, policy: Policy): Decision {
  const identity = assertedIdentity(principal, facts.requestId);
  const shadowed: Denial[] = [];
  const metadata = (verdict?: Verdict, model?: string): Metadata => ({
    client: identity.client,
    tenant: identity.tenant,
    tier: identity.tier,
    model: model ?? NOT_APPLICABLE,
    route: routeName(facts.route),
    key_id: identity.keyId,
    auth_method: identity.authMethod,
    verdict: verdict ?? NOT_APPLICABLE,
    shadow: shadowed.length === 0 ? NOT_APPLICABLE : shadowed.map(({ code }) => code).join(','),
  });
  const { method, path } = facts;

  // A tier without limits would let its client pass unlimited, so a credential of such a tier does not count.
  if (!policy.tiers.has(identity.tier)) {
    return { kind: 'deny', denial: invalidCredential('tier_not_configured'), identity, metadata: metadata() };
  }
  const access = checkAccess(facts.route, principal);
  if (access.kind === 'refused') {
    return { kind: 'deny', denial: access.denial, identity, metadata: metadata() };
  }
  if (access.shadowed !== undefined) shadowed.push(access.shadowed);
  if (access.route.kind === 'read') {
    // Nothing was inspected, so the digest is that of no body and the api runs none.
    const request = { method, path, bodySha256: '' };
    return { kind: 'allow', identity, request, metadata: metadata(), shadowed };
  }
  const submission = checkSubmission(facts, policy.maxPromptCharacters);
  if (submission.kind === 'denied') {
    return { kind: 'deny', denial: submission.denial, identity, metadata: metadata(submission.verdict) };
  }
  return {
    kind: 'allow',
    identity,
    request: { method, path, bodySha256: createHash('sha256').update(facts.body).digest('base64url') },
    metadata: metadata(submission.verdict, submission.model ?? policy.defaultModel),
    shadowed,
  };
}

export function assertedIdentity(principal: Principal, requestId: string): AssertedIdentity {
  const { client, tenant, tier, keyId, authMethod } = principal;
  return { client, tenant, tier, keyId, authMethod, requestId };
}

/** One answer for every credential that does not count, so that nobody learns which ones exist. */
export function invalidCredential(reason: DenialReason): Denial {
  return {
    code: 'invalid_api_key',
    reason,
    detail: 'Send a valid API key in the x-api-key header, or as Authorization: Bearer.',
  };
}
