import { METRICS } from '../../src/telemetry/index.ts';

const OWN = new Set<string>(
  Object.values(METRICS).flatMap(({ name, type }) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
  ),
);
/** What Envoy, Node's client library and Prometheus itself tell, as far as something of ours asks for it. */
const OTHERS =
  /^(envoy_cluster_(upstream_rq_(active|total|timeout|pending_overflow|xx)|upstream_cx_connect_fail|membership_(healthy|total)|circuit_breakers_default_remaining_rq|outlier_detection_ejections_active)|nodejs_eventloop_lag_p99_seconds|nodejs_heap_size_used_bytes|process_(cpu_seconds_total|resident_memory_bytes))$/;

/** The metrics that a text of PromQL asks for, and that nobody tells. */
export function unknownMetrics(promql: string): string[] {
  const names = promql.match(/\b(?:gatehouse|claude|envoy|nodejs|process)_[a-z0-9_]+/g) ?? [];
  const labels = new Set(['envoy_cluster_name', 'envoy_response_code_class']);
  return [...new Set(names)].filter((name) => !labels.has(name) && !OWN.has(name) && !OTHERS.test(name));
}
