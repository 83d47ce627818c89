import { METRICS, UPSTREAM_FAILURES } from '../../telemetry/index.ts';
import type { SourceRole } from '../metrics/sources.ts';
import type { Families } from './families.ts';

/** What only grows, as far as a part lives. `duration:0.5` is a bucket of how long requests took. */
export type CounterName =
  | 'requests'
  | 'clientErrors'
  | 'serverErrors'
  | 'limited'
  | `duration:${string}`
  | 'tokens'
  | 'costUsd'
  | 'modelRequests'
  | 'modelFailures'
  | 'verdicts'
  | 'rejections'
  | 'authzStoreFailures'
  | 'ratelimitStoreFailures';

/** What goes up and down. */
export type GaugeName =
  | 'activeRequests'
  | 'apiRequests'
  | 'apiRequestsLeft'
  | 'warmWorkers'
  | 'poolRunning'
  | 'breakerState'
  | 'limitedConsumers'
  | 'plannedTokensPerHour'
  | 'eventLoopLagS';

/** What a gauge is for several processes together; the sum, where nothing else is said. */
export const TOGETHER: Partial<Record<GaugeName, (...values: number[]) => number>> = {
  breakerState: Math.max,
  limitedConsumers: Math.max,
  plannedTokensPerHour: Math.max,
  eventLoopLagS: Math.max,
};

/** What one process says of itself now. */
export interface Reading {
  /** host:port */
  instance: string;
  /** Milliseconds since the epoch; undefined where it is not told. */
  startedAtMs: number | undefined;
  counters: ReadonlyMap<CounterName, number>;
  gauges: ReadonlyMap<GaugeName, number>;
}

const DURATION_BUCKET = `${METRICS.requestDurationSeconds.name}_bucket`;

/** How each part's metrics are read; docs/metrics.md has what they are. */
const READERS: Record<SourceRole, (families: Families) => ReadingParts> = {
  envoy(families) {
    const requests = (status: RegExp) =>
      families.sum(METRICS.requests.name, { status: (value) => status.test(value) });
    return {
      counters: {
        requests: requests(/./),
        clientErrors: requests(/^4/),
        serverErrors: requests(/^5/),
        limited: requests(/^429$/),
        ...durations(families),
      },
      gauges: {
        activeRequests: families.max('envoy_http_downstream_rq_active', INGRESS),
        apiRequests: families.max('envoy_cluster_upstream_rq_active', API),
        apiRequestsLeft: families.max('envoy_cluster_circuit_breakers_default_remaining_rq', API),
      },
    };
  },
  authz: (families) => ({
    counters: {
      verdicts: families.sum(METRICS.inspectionVerdicts.name),
      rejections: families.sum(METRICS.inspectionVerdicts.name, { verdict: 'reject' }),
      authzStoreFailures: families.sum(METRICS.authzStoreFailures.name),
    },
    gauges: {},
  }),
  ratelimit: (families) => ({
    counters: storeFailures(families),
    gauges: { limitedConsumers: families.max('gatehouse_ratelimit_limited_consumers') },
  }),
  api: (families) => ({ counters: storeFailures(families), gauges: {} }),
  worker: (families) => ({
    counters: {
      ...storeFailures(families),
      tokens: families.sum(METRICS.modelTokens.name),
      costUsd: families.sum(METRICS.modelCostUsd.name),
      modelRequests: families.sum(METRICS.modelRequests.name),
      modelFailures: families.sum(METRICS.modelRequests.name, {
        outcome: (outcome) => UPSTREAM_FAILURES.includes(outcome),
      }),
    },
    gauges: {
      warmWorkers: families.max(METRICS.poolWaitingWorkers.name),
      poolRunning: families.max(METRICS.poolRunning.name),
      breakerState: families.max(METRICS.modelBreakerState.name),
      plannedTokensPerHour: families.max(METRICS.modelTokensPerHourPlanned.name),
    },
  }),
};

interface ReadingParts {
  counters: Partial<Record<CounterName, number>>;
  /** undefined where it is not told. */
  gauges: Partial<Record<GaugeName, number | undefined>>;
}

const INGRESS = { envoy_http_conn_manager_prefix: 'ingress' };
const API = { envoy_cluster_name: 'api' };

/** @param nowMs since the epoch */
export function readFamilies(role: SourceRole, instance: string, families: Families, nowMs: number): Reading {
  const { counters, gauges } = READERS[role](families);
  const lag = families.max('nodejs_eventloop_lag_p99_seconds');
  return {
    instance,
    startedAtMs: startOf(families, nowMs),
    counters: new Map(Object.entries(counters) as [CounterName, number][]),
    gauges: new Map(
      Object.entries({ ...gauges, eventLoopLagS: lag }).filter(
        ([, value]) => value !== undefined && Number.isFinite(value),
      ) as [GaugeName, number][],
    ),
  };
}

/** When a process began: Node's say when, Envoy says how long ago. */
export function startOf(families: Families, nowMs: number): number | undefined {
  const [startS, uptimeS] = [families.max('process_start_time_seconds'), families.max('envoy_server_uptime')];
  if (startS !== undefined) return startS * 1000;
  return uptimeS === undefined ? undefined : nowMs - uptimeS * 1000;
}

/** The api and the workers ask for limits as well: places of open streams, and charged tokens. */
function storeFailures(families: Families): Partial<Record<CounterName, number>> {
  return { ratelimitStoreFailures: families.sum(METRICS.ratelimitStoreFailures.name) };
}

/** How long a caller listens to a job's events says nothing about how fast it is served. */
function durations(families: Families): Partial<Record<CounterName, number>> {
  const counted = families.samples(DURATION_BUCKET, { route: (route) => route !== 'events' });
  const byBound: Partial<Record<CounterName, number>> = {};
  for (const { labels, value } of counted) {
    const name: CounterName = `duration:${labels.le ?? ''}`;
    byBound[name] = (byBound[name] ?? 0) + value;
  }
  return byBound;
}
