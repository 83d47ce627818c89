import { type Config, formatHostPort } from '../config/index.ts';
import type { Installation } from './installation.ts';
import type { JaegerAddresses } from './jaeger.ts';
import type { Layout } from './layout.ts';
import { adminUrl, httpUrl, type Part, tlsUrl } from './ready.ts';

/** What runs where, from the door inwards. */
export function listParts(
  config: Config,
  installation: Installation,
  places: Layout,
  jaeger?: JaegerAddresses,
): Part[] {
  const { listen, redis } = config;
  const child = (name: string, addresses: string[]): Part => {
    const pid = installation.pid(name);
    return { name, addresses, pid, logFile: pid === undefined ? undefined : places.logFile(name) };
  };
  return [
    child('envoy', [
      httpUrl(config),
      tlsUrl(config),
      `http://${formatHostPort(listen.envoyAdmin)} (admin)`,
      `http://${formatHostPort(listen.envoyMetrics)} (metrics)`,
    ]),
    child('authz', [
      `${formatHostPort(listen.authz)} (gRPC)`,
      `http://${formatHostPort(listen.authzHttp)} (metrics)`,
    ]),
    child('ratelimit', [
      `${formatHostPort(listen.ratelimit)} (gRPC)`,
      `http://${formatHostPort(listen.ratelimitHttp)} (HTTP and metrics)`,
    ]),
    child('api', [
      `http://${formatHostPort(listen.api)}`,
      `http://${formatHostPort(listen.apiHttp)} (metrics)`,
    ]),
    child('worker', [`http://${formatHostPort(listen.workerHttp)} (metrics)`]),
    child('admin', [adminUrl(config)]),
    child('redis', [redis.url ?? '-']),
    ...(jaeger === undefined
      ? []
      : [child('jaeger', [`http://${formatHostPort(jaeger.query)} (traces, /api/traces/ID)`])]),
  ];
}
