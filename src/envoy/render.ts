import type { Config } from '../config/index.ts';
import { addApiBackups } from './api-backups.ts';
import { addBrowserLogin } from './browser-login.ts';
import { addClientCertificates } from './client-certificates.ts';
import { readTemplate } from './read-template.ts';
import { printTemplate } from './template.ts';
import { addTracing } from './tracing.ts';

/** PEM files of the TLS listener, as paths that Envoy can read. */
export interface TlsFiles {
  /** The certificate and its chain. */
  certFile: string;
  /** The key that belongs to it. */
  keyFile: string;
}

interface RenderOptions {
  /** Where renderClientAuthorities's text is, which Envoy then reads again whenever it changes. */
  clientAuthoritiesFile?: string;
}

/**
 * The configuration that Envoy starts with: envoy/envoy.yaml, filled in, with what the configuration switches on.
 * @throws when a file of envoy/ cannot be read, or asks for a value that this function does not have
 */
export async function renderEnvoy(
  config: Config,
  tls: TlsFiles,
  { clientAuthoritiesFile }: RenderOptions = {},
): Promise<string> {
  const { listen, envoy, identity, ratelimit, telemetry } = config;
  const upstream = (name: 'authz' | 'ratelimit' | 'api') => envoy.upstreams[name] ?? listen[name];
  const bootstrap = await readTemplate('envoy.yaml', {
    ...address('listen.envoyHttp', listen.envoyHttp),
    ...address('listen.envoyTls', listen.envoyTls),
    ...address('listen.envoyAdmin', listen.envoyAdmin),
    ...address('listen.envoyMetrics', listen.envoyMetrics),
    ...address('envoy.upstreams.authz', upstream('authz')),
    ...address('envoy.upstreams.ratelimit', upstream('ratelimit')),
    ...address('envoy.upstreams.api', upstream('api')),
    'envoy.trustedHops': envoy.trustedHops,
    'envoy.maxBody': envoy.maxBody.bytes,
    'envoy.authzTimeout': seconds(envoy.authzTimeout),
    'envoy.ratelimitTimeout': seconds(envoy.ratelimitTimeout),
    'ratelimit.costs.submit': ratelimit.costs.submit,
    'ratelimit.costs.read': ratelimit.costs.read,
    'envoy.tls.certFile': tls.certFile,
    'envoy.tls.keyFile': tls.keyFile,
  });
  addApiBackups(bootstrap, envoy.upstreams.apiBackups);
  if (identity.mtls !== undefined) {
    await addClientCertificates(bootstrap, identity.mtls, clientAuthoritiesFile);
  }
  if (identity.oidc !== undefined) await addBrowserLogin(bootstrap, identity.oidc);
  if (telemetry.traces.exporter !== 'none') await addTracing(bootstrap, telemetry.traces);
  return printTemplate(bootstrap);
}

function address(name: string, { host, port }: { host: string; port: number }) {
  return { [`${name}.host`]: host, [`${name}.port`]: port };
}

/** Protobuf's JSON form of a duration. */
function seconds({ ms }: { ms: number }): string {
  return `${ms / 1000}s`;
}
