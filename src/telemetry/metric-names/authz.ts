import type { MetricDefinition } from './definition.ts';

/** Checks, and what they ask for. */
export const AUTHZ_METRICS = {
  authzDecisions: {
    name: 'gatehouse_authz_decisions_total',
    type: 'counter',
    roles: ['authz'],
    help: 'Checks by outcome (allow, deny, error), code (ok, or that of the answer) and credential method',
    labels: ['outcome', 'code', 'method'],
  },
  authzDecisionSeconds: {
    name: 'gatehouse_authz_decision_seconds',
    type: 'histogram',
    roles: ['authz'],
    help: 'How long checks took to decide, without their transport',
    labels: [],
  },
  authzShadowDenials: {
    name: 'gatehouse_authz_shadow_denials_total',
    type: 'counter',
    roles: ['authz'],
    help: 'Denials that shadow mode kept from counting, by policy and code',
    labels: ['policy', 'code'],
  },
  authzKeyLookups: {
    name: 'gatehouse_authz_key_lookups_total',
    type: 'counter',
    roles: ['authz'],
    help: 'Lookups of API keys by where the answer came from: memory, store, or stale memory while the store was away',
    labels: ['source'],
  },
  authzStoreFailures: {
    name: 'gatehouse_authz_store_failures_total',
    type: 'counter',
    roles: ['authz'],
    help: 'Times that the store could not be asked, by what for',
    labels: ['use'],
  },
  authzTokenVerifications: {
    name: 'gatehouse_authz_token_verifications_total',
    type: 'counter',
    roles: ['authz'],
    help: 'JSON Web Tokens that were not known yet, by issuer and outcome (verified, refused, unavailable)',
    labels: ['issuer', 'outcome'],
  },
  authzKeyFetches: {
    name: 'gatehouse_authz_key_fetches_total',
    type: 'counter',
    roles: ['authz'],
    help: "Fetches of an issuer's keys by result (fetched, failed)",
    labels: ['issuer', 'result'],
  },
  authzIntrospections: {
    name: 'gatehouse_authz_introspections_total',
    type: 'counter',
    roles: ['authz'],
    help: 'Questions about opaque tokens by outcome (good, bad, failed)',
    labels: ['outcome'],
  },
  authzEarlyRejections: {
    name: 'gatehouse_authz_early_rejections_total',
    type: 'counter',
    roles: ['authz'],
    help: 'Checks answered with 503 because too many were worked on',
    labels: [],
  },
  authzAbandonedChecks: {
    name: 'gatehouse_authz_abandoned_checks_total',
    type: 'counter',
    roles: ['authz'],
    help: 'Checks given up because their deadline passed or their caller went away',
    labels: [],
  },
  authzConcurrentChecks: {
    name: 'gatehouse_authz_concurrent_checks',
    type: 'gauge',
    roles: ['authz'],
    help: 'Checks that wait for something now',
    labels: [],
  },
  authzHeldEntries: {
    name: 'gatehouse_authz_held_entries',
    type: 'gauge',
    roles: ['authz'],
    help: 'Entries that this process holds in memory, by what they are; each kind is bounded',
    labels: ['held'],
  },
} as const satisfies Record<string, MetricDefinition>;
