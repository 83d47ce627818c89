/** What an operator is to hear of: held true for a while, `value` is above `above`, and there is as much of it as `atLeast` says. */
export interface Alert {
  /** Stable: silences and dashboards name it. */
  name: `Gatehouse${string}`;
  /** PromQL. It makes no difference whether the admin role's /metrics is scraped or each part by itself. */
  value: string;
  above: number;
  /**
   * How many there have to be, for a share of few says little: one failure of ten requests is 10 %. What counts is mostly
   * what is bad, so that a service that fails all of a few requests is heard of.
   */
  atLeast?: {
    count: number;
    /** Of what, for people. */
    of: string;
    /** PromQL. */
    value: string;
  };
  /** What value and above are. */
  unit: 'ratio' | 'seconds' | 'jobs' | 'tokens' | 'count';
  forMs: number;
  /** critical: callers are turned away or wait in vain; warning: they soon may. */
  severity: 'critical' | 'warning';
  /** One sentence, for people. */
  summary: string;
  /** Name of its page in docs/runbooks/, without `.md`. */
  runbook: string;
}

const MINUTE_MS = 60_000;

/** Requests by what Envoy answered; one that ends on its own account, such as a caller's, has no status and is no error. */
const REQUESTS = 'claude_requests_total';

/**
 * Outcomes of model requests that say something of the provider or the way there. A request that was refused for what it asks
 * for (rejected, model_not_allowed), or whose worker is gone, says nothing of either.
 */
export const UPSTREAM_FAILURES: readonly string[] = [
  ...['overloaded', 'rate_limited', 'auth', 'timeout', 'unreachable', 'error'],
  ...['cut', 'stalled'],
];

const MODEL_FAILURES = `gatehouse_model_requests_total{outcome=~"${UPSTREAM_FAILURES.join('|')}"}`;
const REJECTIONS = 'gatehouse_inspection_verdicts_total{verdict="reject"}';

/** Every alert; deploy/prometheus/gatehouse-alerts.yaml has the same as a rule file. */
export const ALERTS: readonly Alert[] = [
  {
    name: 'GatehouseSlowRequests',
    // How long a caller listens to a job's events says nothing about how fast it is served.
    value:
      'histogram_quantile(0.95, sum by (le) (rate(claude_request_duration_seconds_bucket{route!="events"}[5m])))',
    above: 60,
    atLeast: {
      ...{ count: 10, of: 'requests in 5 min' },
      value: 'sum(increase(claude_request_duration_seconds_bucket{route!="events",le="+Inf"}[5m]))',
    },
    unit: 'seconds',
    forMs: 5 * MINUTE_MS,
    severity: 'warning',
    summary: 'One request in twenty takes longer than a minute.',
    runbook: 'slow-requests',
  },
  {
    name: 'GatehouseServerErrors',
    value: `sum(rate(${REQUESTS}{status=~"5.."}[5m])) / sum(rate(${REQUESTS}[5m]))`,
    above: 0.01,
    atLeast: {
      ...{ count: 3, of: 'server errors in 5 min' },
      value: `sum(increase(${REQUESTS}{status=~"5.."}[5m]))`,
    },
    unit: 'ratio',
    forMs: 5 * MINUTE_MS,
    severity: 'critical',
    summary: 'More than 1 % of the requests are answered with a server error.',
    runbook: 'server-errors',
  },
  {
    name: 'GatehouseQueueDepth',
    value: 'max(gatehouse_jobs_queued{place="waiting"})',
    above: 20,
    unit: 'jobs',
    forMs: 5 * MINUTE_MS,
    severity: 'critical',
    summary: 'More than 20 jobs wait for a worker.',
    runbook: 'queue-depth',
  },
  {
    name: 'GatehouseNoWorkerReady',
    // 1 while jobs wait and nobody runs any, whether workers stand still or are gone.
    value:
      '(max(gatehouse_jobs_queued{place="waiting"}) > bool 0) * (max(gatehouse_jobs_queued{place="running"}) == bool 0)',
    above: 0,
    unit: 'count',
    forMs: 2 * MINUTE_MS,
    severity: 'critical',
    summary: 'Jobs wait, and no worker runs any.',
    runbook: 'no-worker-ready',
  },
  {
    name: 'GatehouseTokensPerHour',
    value: 'sum(increase(gatehouse_model_tokens_total[1h])) / max(gatehouse_model_tokens_per_hour_planned)',
    above: 1,
    unit: 'ratio',
    forMs: 5 * MINUTE_MS,
    severity: 'warning',
    summary: 'The last hour used more tokens than telemetry.metrics.tokensPerHour plans for.',
    runbook: 'tokens-per-hour',
  },
  {
    name: 'GatehouseLimitedConsumers',
    value: 'max(gatehouse_ratelimit_limited_consumers)',
    above: 0,
    unit: 'count',
    forMs: 10 * MINUTE_MS,
    severity: 'warning',
    summary: 'A client gets 429 for more than 5 % of its requests.',
    runbook: 'limited-consumers',
  },
  {
    name: 'GatehouseUpstreamErrors',
    value: `sum(rate(${MODEL_FAILURES}[5m])) / sum(rate(gatehouse_model_requests_total[5m]))`,
    above: 0.01,
    atLeast: {
      ...{ count: 3, of: 'failures in 5 min' },
      value: `sum(increase(${MODEL_FAILURES}[5m]))`,
    },
    unit: 'ratio',
    forMs: 5 * MINUTE_MS,
    severity: 'critical',
    summary: 'More than 1 % of the requests to model providers fail.',
    runbook: 'upstream-errors',
  },
  {
    name: 'GatehouseBreakerOpen',
    value: 'max by (provider) (gatehouse_model_breaker_state)',
    // 1 is a breaker that lets one request try.
    above: 1,
    unit: 'count',
    forMs: MINUTE_MS,
    severity: 'critical',
    summary: 'A model provider fails so often that it is not asked.',
    runbook: 'breaker-open',
  },
  {
    name: 'GatehouseStreamCapacity',
    value:
      'sum(envoy_cluster_upstream_rq_active{envoy_cluster_name="api"}) / (sum(envoy_cluster_upstream_rq_active{envoy_cluster_name="api"}) + sum(envoy_cluster_circuit_breakers_default_remaining_rq{envoy_cluster_name="api"}))',
    above: 0.8,
    unit: 'ratio',
    forMs: 2 * MINUTE_MS,
    severity: 'warning',
    summary: 'Open streams and requests take up more than 80 % of what Envoy sends to the api at once.',
    runbook: 'stream-capacity',
  },
  {
    name: 'GatehousePromptRejections',
    value: `sum(rate(${REJECTIONS}[15m])) / sum(rate(gatehouse_inspection_verdicts_total[15m]))`,
    above: 0.001,
    atLeast: {
      ...{ count: 3, of: 'rejections in 15 min' },
      value: `sum(increase(${REJECTIONS}[15m]))`,
    },
    unit: 'ratio',
    forMs: 5 * MINUTE_MS,
    severity: 'warning',
    summary: 'Inspection rejects more than 0.1 % of the prompts.',
    runbook: 'prompt-rejections',
  },
  {
    name: 'GatehouseRedisFallback',
    // For longer than the window, or a single call that Redis was late with would be enough.
    value:
      'sum(rate(gatehouse_ratelimit_store_failures_total[2m]) or vector(0)) + sum(rate(gatehouse_authz_store_failures_total[2m]) or vector(0))',
    above: 0,
    unit: 'count',
    forMs: 3 * MINUTE_MS,
    severity: 'critical',
    summary: 'Redis cannot be asked, and policy decides in its place.',
    runbook: 'redis-fallback',
  },
  {
    name: 'GatehouseEventLoopLag',
    value: 'max by (role) (nodejs_eventloop_lag_p99_seconds)',
    above: 0.2,
    unit: 'seconds',
    forMs: 5 * MINUTE_MS,
    severity: 'warning',
    summary: 'A role is so busy that what it has to do waits for 200 ms.',
    runbook: 'event-loop-lag',
  },
  {
    name: 'GatehousePartDown',
    // up is Prometheus's own, of what it scrapes itself.
    value: '1 - min by (role) (gatehouse_metrics_source_up or up{job="gatehouse"})',
    above: 0,
    unit: 'count',
    forMs: MINUTE_MS,
    severity: 'critical',
    summary: 'A part of the installation cannot be asked for its metrics.',
    runbook: 'part-down',
  },
];

/** When it fires, as PromQL. */
export function alertExpression({
  value,
  above,
  atLeast,
}: Pick<Alert, 'value' | 'above' | 'atLeast'>): string {
  const isAbove = `${value} > ${above}`;
  return atLeast === undefined ? isAbove : `${isAbove} and ${atLeast.value} >= ${atLeast.count}`;
}
