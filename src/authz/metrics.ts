import { METRICS, type Metrics, OTHER } from '../telemetry/index.ts';
import type { LookupSource } from './api-keys/lookup.ts';
import type { AuthMethod } from './credentials/principal.ts';
import type { Decision } from './decision.ts';

/** What was asked of the store when it was not there. */
export type StoreUse = 'api_key' | 'api_key_changes' | 'blocklist';
/** What this process holds in memory, each of bounded size. */
export type HeldEntries =
  | 'api_keys'
  | 'blocklist'
  | 'verified_tokens'
  | 'refused_tokens'
  | 'good_opaque_tokens'
  | 'bad_opaque_tokens';

/** What authz counts. */
export interface AuthzMetrics {
  /** @param method undefined where no method took the credential */
  decided(decision: Decision, method: AuthMethod | undefined): void;
  keyLookedUp(source: LookupSource): void;
  storeFailed(use: StoreUse): void;
  /** @param issuer undefined for one that is not configured */
  tokenJudged(issuer: string | undefined, outcome: 'verified' | 'refused' | 'unavailable'): void;
  keysFetched(issuer: string, result: 'fetched' | 'failed'): void;
  introspected(outcome: 'good' | 'bad' | 'failed'): void;
  /** A check was refused because too many are worked on. */
  rejectedEarly(): void;
  /** A check was given up because nobody waits for it any more. */
  abandoned(): void;
  /** Shows how many entries something holds, whenever it is asked for. */
  watchEntries(held: HeldEntries, size: () => number): void;
  /** Shows how many checks are worked on, whenever it is asked for. */
  watchConcurrency(current: () => number): void;
}

export function createAuthzMetrics(metrics: Metrics): AuthzMetrics {
  const decisions = metrics.counter(METRICS.authzDecisions);
  const shadowDenials = metrics.counter(METRICS.authzShadowDenials);
  const lookups = metrics.counter(METRICS.authzKeyLookups);
  const failures = metrics.counter(METRICS.authzStoreFailures);
  const verifications = metrics.counter(METRICS.authzTokenVerifications);
  const fetches = metrics.counter(METRICS.authzKeyFetches);
  const introspections = metrics.counter(METRICS.authzIntrospections);
  const early = metrics.counter(METRICS.authzEarlyRejections);
  const abandoned = metrics.counter(METRICS.authzAbandonedChecks);
  const watched = new Map<HeldEntries, () => number>();
  const entries = metrics.gauge(METRICS.authzHeldEntries, (): void => {
    for (const [held, size] of watched) entries.set({ held }, size());
  });
  let concurrency = () => 0;
  const concurrent = metrics.gauge(METRICS.authzConcurrentChecks, (): void => concurrent.set(concurrency()));
  return {
    decided(decision, taken) {
      const method = taken ?? 'none';
      if (decision.kind === 'allow') {
        decisions.inc({ outcome: 'allow', code: 'ok', method });
        for (const { policy = 'none', code } of decision.shadowed) shadowDenials.inc({ policy, code });
        return;
      }
      const { code } = decision.denial;
      decisions.inc({ outcome: code === 'service_unavailable' ? 'error' : 'deny', code, method });
    },
    keyLookedUp: (source) => lookups.inc({ source }),
    storeFailed: (use) => failures.inc({ use }),
    tokenJudged: (issuer = OTHER, outcome) => verifications.inc({ issuer, outcome }),
    keysFetched: (issuer, result) => fetches.inc({ issuer, result }),
    introspected: (outcome) => introspections.inc({ outcome }),
    rejectedEarly: () => early.inc(),
    abandoned: () => abandoned.inc(),
    watchEntries: (held, size) => void watched.set(held, size),
    watchConcurrency(current) {
      concurrency = current;
    },
  };
}
