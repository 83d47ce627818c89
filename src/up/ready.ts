import type { Config, HostPort } from '../config/index.ts';
import { formatHostPort } from '../config/index.ts';
import type { DemoKey } from './demo-key.ts';

/** A part of the installation, as people see it. */
export interface Part {
  name: string;
  addresses: string[];
  pid: number | undefined;
  logFile: string | undefined;
}

/** What is known once everything runs. */
export interface Ready {
  config: Config;
  demoKey: DemoKey;
  /** Bearer token of the admin API, and the file that holds it. */
  admin: { token: string; tokenFile: string };
  model: 'anthropic' | 'stand-in';
  sandbox: 'bubblewrap' | 'none';
  /** The development authority's certificate; undefined with a certificate of the user's own. */
  caFile: string | undefined;
  /** Where the installation's own Jaeger answers; undefined where it has none. */
  jaeger: HostPort | undefined;
  parts: Part[];
}

export function httpUrl(config: Config): string {
  return `http://${formatHostPort(reachable(config.listen.envoyHttp))}`;
}

export function tlsUrl(config: Config): string {
  return `https://${formatHostPort(reachable(config.listen.envoyTls))}`;
}

export function adminUrl(config: Config): string {
  return `http://${formatHostPort(reachable(config.listen.admin))}`;
}

/** The line that `up --json` prints. */
export function readyLine({ config, demoKey, admin, model, sandbox, caFile, jaeger }: Ready): string {
  return JSON.stringify({
    ready: true,
    url: httpUrl(config),
    tlsUrl: tlsUrl(config),
    adminUrl: adminUrl(config),
    adminToken: admin.token,
    apiKey: demoKey.key,
    model,
    sandbox,
    listen: Object.fromEntries(
      Object.entries(config.listen).map(([name, address]) => [name, formatHostPort(address)]),
    ),
    dataDir: config.dataDir,
    caFile: caFile ?? null,
    jaegerUrl: jaeger === undefined ? null : `http://${formatHostPort(jaeger)}`,
  });
}

/** Where a program on this machine finds what listens on all addresses. */
function reachable({ host, port }: HostPort): HostPort {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port };
  return host === '::' ? { host: '::1', port } : { host, port };
}
