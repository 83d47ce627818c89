import type { MetricDefinition } from './definition.ts';

/** Callers' requests, as Envoy counts them: names of the public guide. */
export const REQUESTS_METRICS = {
  requests: {
    name: 'claude_requests_total',
    type: 'counter',
    roles: ['envoy'],
    help: 'Requests that are over, by what Envoy answered (status 0: the caller went away first), method and route as envoy/envoy.yaml names it',
    labels: ['status', 'method', 'route'],
  },
  requestDurationSeconds: {
    name: 'claude_request_duration_seconds',
    type: 'histogram',
    roles: ['envoy'],
    help: 'How long requests took from their first byte to the last of the answer; streams last as long as they are open',
    labels: ['status', 'method', 'route'],
  },
  activeConnections: {
    name: 'claude_active_connections',
    type: 'gauge',
    roles: ['envoy'],
    help: "Connections of callers that are open at Envoy's listeners now",
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>;
