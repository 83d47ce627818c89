import {
  type CommandMetrics,
  type Count,
  createCommandMetrics,
  DECISION_BOUNDS_S,
  METRICS,
  type Metrics,
  OTHER,
  slowTraceId,
} from '../telemetry/index.ts';
import type { LookupSource } from './api-keys/lookup.ts';
import type { InputInspection } from './body/inspection.ts';
import type { AuthMethod } from './credentials/principal.ts';
import type { Decision } from './decision.ts';
import type { DenialCode } from './denial.ts';
import type { UnrecordedReason } from './findings/recorder.ts';
import type { RulesLoad } from './inspection/live-rules.ts';
import type { Caller } from './proceed.ts';

/** What was asked of the store when it was not there. */
export type StoreUse = 'api_key' | 'api_key_changes' | 'blocklist';
/** What this process holds in memory, each of bounded size. */
export type HeldEntries =
  | 'api_keys'
  | 'blocklist'
  | 'verified_tokens'
  | 'refused_tokens'
  | 'good_opaque_tokens'
  | 'bad_opaque_tokens'
  | 'certificates'
  | 'assertions';

export type TokenOutcome = 'verified' | 'refused' | 'unavailable';

/** What authz counts. */
export interface AuthzMetrics {
  /** @param method undefined where no method took the credential */
  decided(decision: Decision, method: AuthMethod | undefined): void;
  took(elapsedMs: number, caller: Caller): void;
  keyLookedUp(source: LookupSource): void;
  storeFailed(use: StoreUse): void;
  /** @param issuer undefined for one that is not configured */
  tokenJudged(issuer: string | undefined, outcome: TokenOutcome): void;
  keysFetched(issuer: string, result: 'fetched' | 'failed'): void;
  introspected(outcome: 'good' | 'bad' | 'failed'): void;
  /** A set of inspection rules was read from files. */
  inspectionRulesRead(result: RulesLoad): void;
  /** Findings of inspection were not written down for the dashboard. */
  findingUnrecorded(reason: UnrecordedReason, count: number): void;
  /** A check was refused because too many are worked on. */
  rejectedEarly(): void;
  /** A check was given up because nobody waits for it any more. */
  abandoned(): void;
  /** Of connections to Redis. */
  commands: CommandMetrics;
  /** Shows how many entries something holds, whenever it is asked for; of several of one kind, all together. */
  watchEntries(held: HeldEntries, size: () => number): void;
  /** Shows how many checks are worked on, whenever it is asked for. */
  watchConcurrency(current: () => number): void;
}

export function createAuthzMetrics(metrics: Metrics): AuthzMetrics {
  const decisions = countDecisions(metrics);
  const decisionTime = metrics.timing(METRICS.authzDecisionSeconds, DECISION_BOUNDS_S)({});
  const shadowDenials = metrics.counter(METRICS.authzShadowDenials);
  const lookup = metrics.tally(METRICS.authzKeyLookups);
  const lookups: Record<LookupSource, Count> = {
    memory: lookup({ source: 'memory' }),
    store: lookup({ source: 'store' }),
    stale: lookup({ source: 'stale' }),
  };
  const failures = metrics.counter(METRICS.authzStoreFailures);
  const verifications = countVerifications(metrics);
  const fetches = metrics.counter(METRICS.authzKeyFetches);
  const introspections = metrics.counter(METRICS.authzIntrospections);
  const verdicts = countVerdicts(metrics);
  const unrecorded = metrics.counter(METRICS.inspectionUnrecordedFindings);
  const ruleLoads = metrics.counter(METRICS.inspectionRuleLoads);
  const rulesRefused = metrics.gauge(METRICS.inspectionRulesRefused);
  const early = metrics.counter(METRICS.authzEarlyRejections);
  const abandoned = metrics.counter(METRICS.authzAbandonedChecks);
  const watched = new Map<HeldEntries, (() => number)[]>();
  const entries = metrics.gauge(METRICS.authzHeldEntries, (): void => {
    for (const [held, sizes] of watched) {
      entries.set(
        { held },
        sizes.reduce((sum, size) => sum + size(), 0),
      );
    }
  });
  let concurrency = () => 0;
  const concurrent = metrics.gauge(METRICS.authzConcurrentChecks, (): void => concurrent.set(concurrency()));
  return {
    decided(decision, method) {
      if (decision.inspection !== undefined) verdicts(decision.inspection).total += 1;
      if (decision.kind === 'deny') {
        decisions(decision.denial.code, method).total += 1;
        return;
      }
      decisions('ok', method).total += 1;
      for (const { policy = 'none', code } of decision.shadowed) shadowDenials.inc({ policy, code });
    },
    took(elapsedMs, caller) {
      decisionTime.observe(elapsedMs / 1000, slowTraceId(elapsedMs, caller));
    },
    keyLookedUp(source) {
      lookups[source].total += 1;
    },
    storeFailed: (use) => failures.inc({ use }),
    tokenJudged(issuer = OTHER, outcome) {
      verifications(issuer, outcome).total += 1;
    },
    keysFetched: (issuer, result) => fetches.inc({ issuer, result }),
    introspected: (outcome) => introspections.inc({ outcome }),
    findingUnrecorded: (reason, count) => unrecorded.inc({ reason }, count),
    inspectionRulesRead(result) {
      ruleLoads.inc({ result });
      rulesRefused.set(result === 'refused' ? 1 : 0);
    },
    rejectedEarly: () => early.inc(),
    abandoned: () => abandoned.inc(),
    commands: createCommandMetrics(metrics),
    watchEntries: (held, size) => void watched.set(held, [...(watched.get(held) ?? []), size]),
    watchConcurrency(current) {
      concurrency = current;
    },
  };
}

type Code = DenialCode | 'ok';

/** Of codes and methods there are few, so each pair that occurs keeps its count. */
function countDecisions(metrics: Metrics): (code: Code, method: AuthMethod | undefined) => Count {
  const tally = metrics.tally(METRICS.authzDecisions);
  const byMethod = new Map<AuthMethod | undefined, Map<Code, Count>>();
  const begin = (code: Code, method: AuthMethod | undefined): Count => {
    const outcome = code === 'ok' ? 'allow' : code === 'service_unavailable' ? 'error' : 'deny';
    const count = tally({ outcome, code, method: method ?? 'none' });
    const byCode = byMethod.get(method) ?? new Map<Code, Count>();
    byMethod.set(method, byCode.set(code, count));
    return count;
  };
  return (code, method) => byMethod.get(method)?.get(code) ?? begin(code, method);
}

/** Of issuers there are as many as are configured. */
function countVerifications(metrics: Metrics): (issuer: string, outcome: TokenOutcome) => Count {
  const tally = metrics.tally(METRICS.authzTokenVerifications);
  const counts = new Map<string, Map<TokenOutcome, Count>>();
  const begin = (issuer: string, outcome: TokenOutcome): Count => {
    const count = tally({ issuer, outcome });
    const byOutcome = counts.get(issuer) ?? new Map<TokenOutcome, Count>();
    counts.set(issuer, byOutcome.set(outcome, count));
    return count;
  };
  return (issuer, outcome) => counts.get(issuer)?.get(outcome) ?? begin(issuer, outcome);
}

/** Of policies, verdicts and classes there are few, too. */
function countVerdicts(metrics: Metrics): (inspection: InputInspection) => Count {
  const tally = metrics.tally(METRICS.inspectionVerdicts);
  const counts = new Map<string, Count>();
  return ({ policy, verdict, reasonClass = 'none' }) => {
    const key = `${policy.name} ${verdict} ${reasonClass}`;
    const known = counts.get(key);
    if (known !== undefined) return known;
    const count = tally({ policy: policy.name, verdict, reason_class: reasonClass });
    counts.set(key, count);
    return count;
  };
}
