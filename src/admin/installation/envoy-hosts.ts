import { z } from 'zod';
import type { EnvoyHost } from '../contract.ts';

/**
 * `GET /clusters?format=json` of Envoy's admin interface, as far as it is used.
 * https://www.envoyproxy.io/docs/envoy/v1.40.0/api-v3/admin/v3/clusters.proto
 */
const clustersSchema = z.object({
  cluster_statuses: z
    .array(
      z.object({
        name: z.string(),
        host_statuses: z
          .array(
            z.object({
              address: z.object({
                socket_address: z.object({ address: z.string(), port_value: z.int() }).optional(),
              }),
              stats: z
                .array(z.object({ name: z.string().optional(), value: z.string().default('0') }))
                .default([]),
              health_status: z.record(z.string(), z.unknown()).default({}),
              priority: z.int().default(0),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

/** Clusters that are Envoy's own means, and no part of the installation. */
const OWN_CLUSTERS = new Set(['envoy-admin']);
const UNHEALTHY = new Set(['UNHEALTHY', 'DRAINING', 'TIMEOUT']);

/** @throws where it is something else */
export function readEnvoyHosts(json: string): EnvoyHost[] {
  const { cluster_statuses: clusters } = clustersSchema.parse(JSON.parse(json));
  return clusters
    .filter(({ name }) => !OWN_CLUSTERS.has(name))
    .flatMap(({ name, host_statuses: hosts }) =>
      hosts.map(({ address, stats, health_status: health, priority }) => {
        const socket = address.socket_address;
        const stat = (wanted: string) => {
          const found = stats.find((each) => each.name === wanted);
          return found === undefined ? null : Number(found.value);
        };
        return {
          cluster: name,
          address: socket === undefined ? '' : `${socket.address}:${socket.port_value}`,
          state: stateOf(health),
          flags: Object.keys(health).filter((flag) => health[flag] === true),
          priority,
          requests: stat('rq_total'),
          errors: stat('rq_error'),
        };
      }),
    );
}

function stateOf(health: Record<string, unknown>): EnvoyHost['state'] {
  const { eds_health_status: told } = health;
  if (health.failed_outlier_check === true) return 'ejected';
  if (health.failed_active_health_check === true || UNHEALTHY.has(String(told))) return 'unhealthy';
  if (health.pending_active_hc === true) return 'unknown';
  if (health.failed_active_degraded_check === true || told === 'DEGRADED') return 'degraded';
  return 'healthy';
}
