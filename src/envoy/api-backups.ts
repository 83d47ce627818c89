import type { Document } from 'yaml';
import type { HostPort } from '../config/index.ts';
import { itemNamed, listAt } from './node.ts';

/**
 * Has Envoy send requests to other hosts of the api while the first is not healthy, and back to it once it is:
 * https://www.envoyproxy.io/docs/envoy/v1.40.0/intro/arch_overview/upstream/load_balancing/priority
 */
export function addApiBackups(bootstrap: Document, hosts: readonly HostPort[]): void {
  if (hosts.length === 0) return;
  const api = itemNamed(listAt(bootstrap, 'static_resources', 'clusters'), 'api');
  const endpoints = hosts.map(({ host, port }) => ({
    endpoint: { address: { socket_address: { address: host, port_value: port } } },
  }));
  listAt(api, 'load_assignment', 'endpoints').items.push(
    bootstrap.createNode({ priority: 1, lb_endpoints: endpoints }),
  );
}
