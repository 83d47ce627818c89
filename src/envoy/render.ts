import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { ROOT } from '../toolchain/index.ts';
import { fillTemplate } from './template.ts';

/** PEM files of the TLS listener, as paths that Envoy can read. */
export interface TlsFiles {
  /** The certificate and its chain. */
  certFile: string;
  /** The key that belongs to it. */
  keyFile: string;
}

/**
 * The configuration that Envoy starts with: envoy/envoy.yaml, filled in.
 * @throws when envoy/envoy.yaml cannot be read, or asks for a value that this function does not have
 */
export async function renderEnvoy(config: Config, tls: TlsFiles): Promise<string> {
  const { listen, envoy } = config;
  const upstream = (name: 'authz' | 'ratelimit' | 'api') => envoy.upstreams[name] ?? listen[name];
  return fillTemplate(await readFile(join(ROOT, 'envoy/envoy.yaml'), 'utf8'), {
    ...address('listen.envoyHttp', listen.envoyHttp),
    ...address('listen.envoyTls', listen.envoyTls),
    ...address('listen.envoyAdmin', listen.envoyAdmin),
    ...address('envoy.upstreams.authz', upstream('authz')),
    ...address('envoy.upstreams.ratelimit', upstream('ratelimit')),
    ...address('envoy.upstreams.api', upstream('api')),
    'envoy.trustedHops': envoy.trustedHops,
    'envoy.maxBody': envoy.maxBody.bytes,
    'envoy.authzTimeout': seconds(envoy.authzTimeout),
    'envoy.ratelimitTimeout': seconds(envoy.ratelimitTimeout),
    'envoy.tls.certFile': tls.certFile,
    'envoy.tls.keyFile': tls.keyFile,
  });
}

function address(name: string, { host, port }: { host: string; port: number }) {
  return { [`${name}.host`]: host, [`${name}.port`]: port };
}

/** Protobuf's JSON form of a duration. */
function seconds({ ms }: { ms: number }): string {
  return `${ms / 1000}s`;
}
