/** One metric as Prometheus sees it: what it is called, what it means, and by which labels it is split. */
export interface MetricDefinition<Label extends string = string> {
  /** `gatehouse_<room>_<what>_<unit>`; counters end in `_total`. */
  name: string;
  help: string;
  labels: readonly Label[];
  /** What it is for several processes together; the sum, where nothing else is said. */
  together?: 'max';
}

/**
 * Every metric of Gatehouse, in one place. A label has few values, all known beforehand or bounded by
 * label-bound.ts; clients, prompts, keys and tokens are never labels.
 */
export const METRICS = {
  requests: {
    name: 'claude_requests_total',
    help: 'Requests that are over, by what Envoy answered (status 0: the caller went away first), method and route as envoy/envoy.yaml names it',
    labels: ['status', 'method', 'route'],
  },
  requestDurationSeconds: {
    name: 'claude_request_duration_seconds',
    help: 'How long requests took from their first byte to the last of the answer; streams last as long as they are open',
    labels: ['status', 'method', 'route'],
  },
  activeConnections: {
    name: 'claude_active_connections',
    help: "Connections of callers that are open at Envoy's listeners now",
    labels: [],
  },
  metricsSourceUp: {
    name: 'gatehouse_metrics_source_up',
    help: '1 for a part of the installation whose metrics the admin role could read just now, else 0',
    labels: ['role', 'instance'],
  },
  authzDecisions: {
    name: 'gatehouse_authz_decisions_total',
    help: 'Checks by outcome (allow, deny, error), code (ok, or that of the answer) and credential method',
    labels: ['outcome', 'code', 'method'],
  },
  authzDecisionSeconds: {
    name: 'gatehouse_authz_decision_seconds',
    help: 'How long checks took to decide, without their transport',
    labels: [],
  },
  authzShadowDenials: {
    name: 'gatehouse_authz_shadow_denials_total',
    help: 'Denials that shadow mode kept from counting, by policy and code',
    labels: ['policy', 'code'],
  },
  authzKeyLookups: {
    name: 'gatehouse_authz_key_lookups_total',
    help: 'Lookups of API keys by where the answer came from: memory, store, or stale memory while the store was away',
    labels: ['source'],
  },
  authzStoreFailures: {
    name: 'gatehouse_authz_store_failures_total',
    help: 'Times that the store could not be asked, by what for',
    labels: ['use'],
  },
  authzTokenVerifications: {
    name: 'gatehouse_authz_token_verifications_total',
    help: 'JSON Web Tokens that were not known yet, by issuer and outcome (verified, refused, unavailable)',
    labels: ['issuer', 'outcome'],
  },
  authzKeyFetches: {
    name: 'gatehouse_authz_key_fetches_total',
    help: "Fetches of an issuer's keys by result (fetched, failed)",
    labels: ['issuer', 'result'],
  },
  authzIntrospections: {
    name: 'gatehouse_authz_introspections_total',
    help: 'Questions about opaque tokens by outcome (good, bad, failed)',
    labels: ['outcome'],
  },
  inspectionVerdicts: {
    name: 'gatehouse_inspection_verdicts_total',
    help: 'Submissions whose texts were inspected, by policy, verdict (allow, flag, reject; also in shadow mode) and reason class',
    labels: ['policy', 'verdict', 'reason_class'],
  },
  inspectionRuleLoads: {
    name: 'gatehouse_inspection_rule_loads_total',
    help: 'Sets of inspection rules that were read from files, by result (loaded, refused)',
    labels: ['result'],
  },
  inspectionRulesRefused: {
    name: 'gatehouse_inspection_rules_refused',
    help: '1 while the newest inspection rules cannot be used and older ones stay in force, else 0',
    labels: [],
  },
  inspectionPromptLeaks: {
    name: 'gatehouse_inspection_prompt_leaks_total',
    help: 'Attempts in which the model wrote the marker of its system prompt (inspection.canary)',
    labels: [],
  },
  authzEarlyRejections: {
    name: 'gatehouse_authz_early_rejections_total',
    help: 'Checks answered with 503 because too many were worked on',
    labels: [],
  },
  authzAbandonedChecks: {
    name: 'gatehouse_authz_abandoned_checks_total',
    help: 'Checks given up because their deadline passed or their caller went away',
    labels: [],
  },
  authzConcurrentChecks: {
    name: 'gatehouse_authz_concurrent_checks',
    help: 'Checks that wait for something now',
    labels: [],
  },
  authzHeldEntries: {
    name: 'gatehouse_authz_held_entries',
    help: 'Entries that this process holds in memory, by what they are; each kind is bounded',
    labels: ['held'],
  },
  serveWorkers: {
    name: 'gatehouse_serve_workers',
    help: 'Processes that serve these roles together now',
    labels: [],
  },
  serveWorkerRestarts: {
    name: 'gatehouse_serve_worker_restarts_total',
    help: 'Worker processes that were started in the place of one that had ended',
    labels: [],
  },
  ratelimitStoreFailures: {
    name: 'gatehouse_ratelimit_store_failures_total',
    help: 'Checks that could not be counted in Redis, by failure (late, breaker, refused, disconnected) and the policy that decided (deny, allow, local)',
    labels: ['failure', 'policy'],
  },
  ratelimitStoreCallSeconds: {
    name: 'gatehouse_ratelimit_store_call_seconds',
    help: 'How long calls of Redis took; one call decides all checks of an event-loop tick',
    labels: [],
  },
  ratelimitStoreChecks: {
    name: 'gatehouse_ratelimit_store_checks_total',
    help: 'Checks that Redis was asked to decide',
    labels: [],
  },
  ratelimitUnansweringNodes: {
    name: 'gatehouse_ratelimit_unanswering_nodes',
    help: 'Redis nodes that are not asked now, because they did not answer in time',
    labels: [],
    together: 'max',
  },
  ratelimitDecisionSeconds: {
    name: 'gatehouse_ratelimit_decision_seconds',
    help: 'How long requests took to decide, Redis included and their transport not',
    labels: [],
  },
  ratelimitRefusals: {
    name: 'gatehouse_ratelimit_refusals_total',
    help: 'Requests that were refused, by tier and the name of the limit that refuses longest; none where the request or the limit has no name',
    labels: ['tier', 'limit'],
  },
  ratelimitLimitedConsumers: {
    name: 'gatehouse_ratelimit_limited_consumers',
    help: 'Clients with 20 requests or more in the last ten to twenty minutes of which a limit refused more than 5 %; GET /api/limits/consumers names them',
    labels: [],
    together: 'max',
  },
  ratelimitRequests: {
    name: 'gatehouse_ratelimit_requests_total',
    help: 'Requests that were decided, by result (ok, over_limit, shadowed: passed in global shadow mode)',
    labels: ['result'],
  },
  ratelimitHits: {
    name: 'gatehouse_ratelimit_hits_total',
    help: 'Hits that met a rule',
    labels: ['domain', 'rule'],
  },
  ratelimitWithinLimitHits: {
    name: 'gatehouse_ratelimit_within_limit_hits_total',
    help: 'Hits that a rule had room for',
    labels: ['domain', 'rule'],
  },
  ratelimitNearLimitHits: {
    name: 'gatehouse_ratelimit_near_limit_hits_total',
    help: 'Hits between ratelimit.nearLimitRatio of a limit and the limit',
    labels: ['domain', 'rule'],
  },
  ratelimitOverLimitHits: {
    name: 'gatehouse_ratelimit_over_limit_hits_total',
    help: 'Hits beyond a limit, also in shadow mode',
    labels: ['domain', 'rule'],
  },
  ratelimitShadowHits: {
    name: 'gatehouse_ratelimit_shadow_hits_total',
    help: 'Hits beyond a limit that passed because its rule is in shadow mode',
    labels: ['domain', 'rule'],
  },
  ratelimitLocalCacheHits: {
    name: 'gatehouse_ratelimit_local_cache_hits_total',
    help: 'Buckets that were known to be full without asking Redis',
    labels: [],
  },
  ratelimitRulesRefused: {
    name: 'gatehouse_ratelimit_rules_refused',
    help: '1 while the newest rules cannot be used and older ones stay in force, else 0',
    labels: [],
    together: 'max',
  },
  ratelimitConfigLoads: {
    name: 'gatehouse_ratelimit_config_loads_total',
    help: 'Sets of rules that were read, by source (files, xds) and result (loaded, refused)',
    labels: ['source', 'result'],
  },
  jobsQueued: {
    name: 'gatehouse_jobs_queued',
    help: 'Jobs in the queue now, by place: waiting for a worker, delayed until they may be tried again, running; not shown while Redis is away',
    labels: ['place'],
    together: 'max',
  },
  jobsOldestWaitSeconds: {
    name: 'gatehouse_jobs_oldest_wait_seconds',
    help: 'How long the job has waited that waits longest for its first worker; 0 without one',
    labels: [],
    together: 'max',
  },
  jobsWorkerPlaces: {
    name: 'gatehouse_jobs_worker_places',
    help: 'Jobs that all living worker processes run at once',
    labels: [],
    together: 'max',
  },
  jobsAccepted: {
    name: 'gatehouse_jobs_accepted_total',
    help: 'Jobs that were let into the queue, by tier',
    labels: ['tier'],
  },
  jobsRefused: {
    name: 'gatehouse_jobs_refused_total',
    help: 'Submissions that the queue had no room for, by reason (queue_full, tenant_full, client_full)',
    labels: ['reason'],
  },
  jobsEnded: {
    name: 'gatehouse_jobs_ended_total',
    help: 'Jobs by final state (completed, failed, canceled, expired) and reason, as in docs/job-failures.md; none where completed',
    labels: ['state', 'reason'],
  },
  jobsWaitSeconds: {
    name: 'gatehouse_jobs_wait_seconds',
    help: 'How long jobs waited for their first attempt',
    labels: [],
  },
  jobsAttemptSeconds: {
    name: 'gatehouse_jobs_attempt_seconds',
    help: 'How long attempts took, by outcome (completed, failed, retry, interrupted)',
    labels: ['outcome'],
  },
  apiOpenStreams: {
    name: 'gatehouse_api_open_streams',
    help: 'Event streams that are open now',
    labels: [],
  },
  redisCallSeconds: {
    name: 'gatehouse_redis_call_seconds',
    help: 'How long Redis took to answer, by connection, as CLIENT LIST shows it',
    labels: ['connection'],
  },
  redisErrors: {
    name: 'gatehouse_redis_errors_total',
    help: 'Commands that failed, by connection and kind (unavailable: Redis is away, late or refuses to work; reply: it refuses the command)',
    labels: ['connection', 'kind'],
  },
  poolRunning: {
    name: 'gatehouse_pool_running',
    help: 'Attempts that run, or wait for a place to run in',
    labels: [],
  },
  poolWaitingWorkers: {
    name: 'gatehouse_pool_waiting_workers',
    help: 'Workers that wait for a job',
    labels: [],
  },
  poolJobs: {
    name: 'gatehouse_pool_jobs_total',
    help: 'Attempts by how they came by their worker: reused, plain (opened in advance), unopened (started in advance), cold',
    labels: ['origin'],
  },
  poolWarmStarts: {
    name: 'gatehouse_pool_warm_starts_total',
    help: 'Workers that were started in advance and became ready',
    labels: [],
  },
  poolRecycles: {
    name: 'gatehouse_pool_recycles_total',
    help: 'Workers that were taken away, by reason',
    labels: ['reason'],
  },
  modelRequests: {
    name: 'gatehouse_model_requests_total',
    help: 'Requests to model providers by what became of them: answered, cut and stalled (after they began), worker_gone, or why they failed',
    labels: ['provider', 'outcome'],
  },
  modelRefusals: {
    name: 'gatehouse_model_refusals_total',
    help: 'Requests of workers that no provider was asked, by reason',
    labels: ['reason'],
  },
  modelTokens: {
    name: 'gatehouse_model_tokens_total',
    help: 'Tokens by kind (input, output, cache_read, cache_creation), model and tier of the job',
    labels: ['kind', 'model', 'tier'],
  },
  modelCostUsd: {
    name: 'gatehouse_model_cost_usd_total',
    help: 'US dollars that answers cost by the price table, by model and tier of the job',
    labels: ['model', 'tier'],
  },
  modelTokensPerHourPlanned: {
    name: 'gatehouse_model_tokens_per_hour_planned',
    help: 'What telemetry.metrics.tokensPerHour says; not there without it',
    labels: [],
    together: 'max',
  },
  modelUnpricedAnswers: {
    name: 'gatehouse_model_unpriced_answers_total',
    help: 'Answers of models that the price table does not know, counted at model.prices.unknown',
    labels: ['model'],
  },
  modelUncountedAnswers: {
    name: 'gatehouse_model_uncounted_answers_total',
    help: 'Answers whose tokens could not be read to their end, by why',
    labels: ['reason'],
  },
  modelFirstByteSeconds: {
    name: 'gatehouse_model_first_byte_seconds',
    help: 'How long answers took to begin',
    labels: ['provider'],
  },
  modelOpenRequests: {
    name: 'gatehouse_model_open_requests',
    help: 'Requests that a provider answers now',
    labels: ['provider'],
  },
  modelWaitingRequests: {
    name: 'gatehouse_model_waiting_requests',
    help: 'Requests that wait for their turn at a provider',
    labels: ['provider'],
  },
  modelBreakerState: {
    name: 'gatehouse_model_breaker_state',
    help: '0 while a provider is asked, 1 while one request tries it out, 2 while it is not asked because it fails',
    labels: ['provider'],
  },
  modelParked: {
    name: 'gatehouse_model_parked',
    help: '1 while a provider is not asked because it wants a pause, else 0',
    labels: ['provider'],
  },
} as const satisfies Record<string, MetricDefinition>;
