import { loadConfig } from '../../src/config/index.ts';
import { renderEnvoy, type TlsFiles } from '../../src/envoy/index.ts';
import { freePort } from '../../test/support/free-port.ts';
import { HOST } from '../service/pinned.ts';

export interface ShippedPorts {
  authzPort: number;
  ratelimitPort: number;
  /** In the api's place. */
  upstreamPort: number;
}

/** Rules for what the shipped Envoy asks of a reading request, with limits that are never reached. */
export const SHIPPED_RULES = `domain: gatehouse
descriptors:
  - key: calls
    value: read
    descriptors: [{key: tier, descriptors: [{key: tenant, descriptors: [{key: client, rate_limit: {unit: hour, requests_per_unit: 4000000000}}]}]}]
  - key: calls
    value: all
    descriptors: [{key: tier, descriptors: [{key: tenant, rate_limit: {unit: hour, requests_per_unit: 4000000000}}]}]
`;

/** Envoy as Gatehouse ships it, without traces, which nobody would take. @param dir of an installation */
export async function shippedConfig(
  port: number,
  { authzPort, ratelimitPort, upstreamPort }: ShippedPorts,
  tls: TlsFiles,
  dir: string,
): Promise<string> {
  const settings = {
    'listen.envoyHttp': `${HOST}:${port}`,
    'listen.envoyTls': `${HOST}:${await freePort()}`,
    'listen.envoyAdmin': `${HOST}:${await freePort()}`,
    'listen.envoyMetrics': `${HOST}:${await freePort()}`,
    'envoy.upstreams.authz': `${HOST}:${authzPort}`,
    'envoy.upstreams.ratelimit': `${HOST}:${ratelimitPort}`,
    'envoy.upstreams.api': `${HOST}:${upstreamPort}`,
    // A busy machine is slow, not wrong.
    'envoy.authzTimeout': '5s',
    'envoy.ratelimitTimeout': '5s',
    'telemetry.traces.exporter': 'none',
  };
  const set = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return renderEnvoy(loadConfig({ dataDir: dir, cwd: dir, set }), tls);
}
