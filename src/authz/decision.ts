import { createHash } from 'node:crypto';
import type { Verdict } from '../inspect/index.ts';
import { type ApiKeyRecord, isExpired } from './api-keys/record.ts';
import type { AssertedIdentity, AssertedRequest } from './assertion-claims.ts';
import type { RequestFacts } from './check-request.ts';
import type { Denial, DenialReason } from './denial.ts';
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
}

export type Decision =
  | { kind: 'allow'; identity: AssertedIdentity; request: AssertedRequest; metadata: Metadata }
  /** identity and metadata are there once the caller is known. */
  | { kind: 'deny'; denial: Denial; identity?: AssertedIdentity; metadata?: Metadata };

export interface Policy {
  /** Names of the tiers that have limits. */
  tiers: ReadonlySet<string>;
  /** Code points. */
  maxPromptCharacters: number;
  /** The model of a request that names none. */
  defaultModel: string;
}

/**
 * Decides on a request whose API key was looked up. Pure.
 * @param record undefined when the key is not known
 * @param nowMs milliseconds since the epoch
 */
export function decide(
  facts: RequestFacts,
  record: ApiKeyRecord | undefined,
  policy: Policy,
  nowMs: number,
): Decision {
  if (record === undefined) return { kind: 'deny', denial: invalidApiKey('unknown') };
  const identity: AssertedIdentity = {
    client: record.client,
    tenant: record.tenant,
    tier: record.tier,
    keyId: record.id,
    authMethod: 'api_key',
    requestId: facts.requestId,
  };
  const metadata = (verdict?: Verdict, model?: string): Metadata => ({
    client: identity.client,
    tenant: identity.tenant,
    tier: identity.tier,
    model: model ?? NOT_APPLICABLE,
    route: facts.route,
    key_id: identity.keyId,
    auth_method: identity.authMethod,
    verdict: verdict ?? NOT_APPLICABLE,
  });
  const { method, path } = facts;

  const refusal = refusedRecord(record, policy, nowMs);
  if (refusal !== undefined) {
    return { kind: 'deny', denial: invalidApiKey(refusal), identity, metadata: metadata() };
  }
  if (facts.route === 'read') {
    // Nothing was inspected, so the digest is that of no body and the api runs none.
    return { kind: 'allow', identity, request: { method, path, bodySha256: '' }, metadata: metadata() };
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
  };
}

/** One answer for every key that does not count, so that nobody learns which keys exist. */
export function invalidApiKey(reason: DenialReason): Denial {
  return {
    code: 'invalid_api_key',
    reason,
    detail: 'Send a valid API key in the x-api-key header, or as Authorization: Bearer.',
  };
}

/** A tier without limits would let its client pass unlimited, so a key of such a tier does not count. */
function refusedRecord(record: ApiKeyRecord, policy: Policy, nowMs: number): DenialReason | undefined {
  if (isExpired(record, nowMs)) return 'expired';
  if (!policy.tiers.has(record.tier)) return 'tier_not_configured';
  return undefined;
}
