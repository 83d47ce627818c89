import type { MetricDefinition } from './definition.ts';

/** What processes tell of themselves, and of what they stand on. */
export const PROCESSES_METRICS = {
  metricsSourceUp: {
    name: 'gatehouse_metrics_source_up',
    type: 'gauge',
    roles: ['admin'],
    help: '1 for a part of the installation whose metrics the admin role could read just now, else 0',
    labels: ['role', 'instance'],
  },
  serveWorkers: {
    name: 'gatehouse_serve_workers',
    type: 'gauge',
    roles: ['authz', 'ratelimit', 'api'],
    help: 'Processes that serve these roles together now',
    labels: [],
  },
  serveWorkerRestarts: {
    name: 'gatehouse_serve_worker_restarts_total',
    type: 'counter',
    roles: ['authz', 'ratelimit', 'api'],
    help: 'Worker processes that were started in the place of one that had ended',
    labels: [],
  },
  redisCallSeconds: {
    name: 'gatehouse_redis_call_seconds',
    type: 'histogram',
    roles: ['authz', 'ratelimit', 'api', 'worker'],
    help: 'How long Redis took to answer, by connection, as CLIENT LIST shows it',
    labels: ['connection'],
  },
  redisErrors: {
    name: 'gatehouse_redis_errors_total',
    type: 'counter',
    roles: ['authz', 'ratelimit', 'api', 'worker'],
    help: 'Commands that failed, by connection and kind (unavailable: Redis is away, late or refuses to work; reply: it refuses the command)',
    labels: ['connection', 'kind'],
  },
  tracesSpansSent: {
    name: 'gatehouse_traces_spans_sent_total',
    type: 'counter',
    roles: ['authz', 'ratelimit', 'api', 'worker'],
    help: 'Spans that the collector of telemetry.traces has taken',
    labels: [],
  },
  tracesSpansLost: {
    name: 'gatehouse_traces_spans_lost_total',
    type: 'counter',
    roles: ['authz', 'ratelimit', 'api', 'worker'],
    help: 'Spans that did not get out, by reason: queue_full (more than the exporter sends), export_failed (the collector is away)',
    labels: ['reason'],
  },
} as const satisfies Record<string, MetricDefinition>;
