import type { Verdict } from '../inspect/index.ts';
import type { Principal } from './credentials/principal.ts';
import { createKeptBeside } from './kept-beside.ts';

/** Stands where a value does not apply: Envoy drops a rate-limit descriptor whose value is empty or missing. */
const NOT_APPLICABLE = 'none';

/**
 * What later filters and the access log may read of a request, under `envoy.filters.http.ext_authz`. Always all
 * of them and always strings: Envoy's rate limit filter makes no call at all over a number or a missing value.
 */
export interface Metadata {
  readonly client: string;
  readonly tenant: string;
  readonly tier: string;
  readonly model: string;
  readonly route: string;
  readonly key_id: string;
  readonly auth_method: string;
  readonly verdict: string;
  /** Codes of the denials that shadow mode kept from counting. */
  readonly shadow: string;
}

/** What of a caller's metadata depends on the request. */
export interface RequestMetadata {
  route: string;
  model?: string | undefined;
  verdict?: Verdict | undefined;
  /** Codes, with commas between. */
  shadow?: string | undefined;
}

/** The last one of each caller that came again, as long as its principal is known: most requests of a caller are alike. */
const latest = createKeptBeside<Principal, Metadata>();

/** The same object as before for a caller's request that is like the one before, so that what is made of it can be kept. */
export function metadataOf(principal: Principal, request: RequestMetadata): Metadata {
  const { route, model = NOT_APPLICABLE, verdict = NOT_APPLICABLE, shadow = NOT_APPLICABLE } = request;
  const before = latest.get(principal);
  if (
    before !== undefined &&
    before.route === route &&
    before.model === model &&
    before.verdict === verdict &&
    before.shadow === shadow
  ) {
    return before;
  }
  const { client, tenant, tier, keyId, authMethod } = principal;
  const metadata: Metadata = {
    ...{ client, tenant, tier, model, route },
    ...{ key_id: keyId, auth_method: authMethod, verdict, shadow },
  };
  if (latest.hasCome(principal)) latest.set(principal, metadata);
  return metadata;
}
