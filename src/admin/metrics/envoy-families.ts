import { type Family, METRICS } from '../../telemetry/index.ts';

/**
 * The statistics of Envoy that are shown, by its own names: it has a thousand more.
 * https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/upstream/cluster_manager/cluster_stats
 */
export const ENVOY_FILTER = [
  '^claude\\.',
  '^http\\.ingress\\.downstream_(cx|rq)_active$',
  '^server\\.(uptime|memory_allocated)$',
  '^cluster\\.(api|authz|ratelimit)\\.(upstream_rq_(active|total|timeout|pending_overflow)|upstream_rq_[1-5]xx|upstream_cx_connect_fail|membership_(healthy|total))$',
  '^cluster\\.(api|authz|ratelimit)\\.circuit_breakers\\.default\\.remaining_rq$',
  '^cluster\\.(api|authz|ratelimit)\\.outlier_detection\\.ejections_active$',
].join('|');

const CONNECTIONS = 'envoy_http_downstream_cx_active';
const GUIDE_PREFIX = 'envoy_claude_';
const HELP = new Map<string, string>(Object.values(METRICS).map(({ name, help }) => [name, help]));

/** Envoy puts its name before every statistic; here callers' requests have the names that dashboards know. */
export function renameEnvoyFamilies(families: readonly Family[]): Family[] {
  return families.map((family) => {
    if (family.name === CONNECTIONS) return connections(family);
    if (!family.name.startsWith(GUIDE_PREFIX)) return family;
    const name = guideName(family.name);
    const samples = family.samples.map((sample) => ({ ...sample, name: guideName(sample.name) }));
    return { ...family, name, samples, help: HELP.get(name) ?? family.help };
  });
}

function guideName(name: string): string {
  return name.slice('envoy_'.length);
}

function connections(family: Family): Family {
  const { name, help } = METRICS.activeConnections;
  return { ...family, name, help, samples: family.samples.map(({ value }) => ({ name, labels: {}, value })) };
}
