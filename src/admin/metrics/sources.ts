import { type Config, formatHostPort, type HostPort } from '../../config/index.ts';
import { ENVOY_FILTER } from './envoy-families.ts';

/** The parts that tell metrics over HTTP. */
export const SOURCE_ROLES = ['envoy', 'authz', 'ratelimit', 'api', 'worker'] as const;
export type SourceRole = (typeof SOURCE_ROLES)[number];

/** Where a process of a part tells its metrics. */
export interface MetricsSource {
  role: SourceRole;
  /** host:port */
  instance: string;
  url: string;
}

/** All that the configuration names. */
export function metricsSources({ listen, telemetry }: Pick<Config, 'listen' | 'telemetry'>): MetricsSource[] {
  const defaults: Record<SourceRole, HostPort> = {
    envoy: listen.envoyMetrics,
    authz: listen.authzHttp,
    ratelimit: listen.ratelimitHttp,
    api: listen.apiHttp,
    worker: listen.workerHttp,
  };
  return SOURCE_ROLES.flatMap((role) =>
    (telemetry.metrics.sources[role] ?? [onThisMachine(defaults[role])]).map((address) => {
      const instance = formatHostPort(address);
      return { role, instance, url: `http://${instance}${PATHS[role] ?? '/metrics'}` };
    }),
  );
}

const PATHS: Partial<Record<SourceRole, string>> = {
  envoy: `/stats/prometheus?filter=${encodeURIComponent(ENVOY_FILTER)}`,
};

/** Where a program on this machine finds what listens on all addresses. */
export function onThisMachine({ host, port }: HostPort): HostPort {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port };
  return host === '::' ? { host: '::1', port } : { host, port };
}
