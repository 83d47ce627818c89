import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../config/index.ts';
import { renderEnvoy } from './render.ts';

const tls = { certFile: '/etc/gatehouse/cert.pem', keyFile: '/etc/gatehouse/key.pem' };

async function rendered(...set: string[]) {
  const config = loadConfig({ dataDir: '/data', cwd: '/', set });
  return parse(await renderEnvoy(config, tls), { maxAliasCount: -1 });
}

function socketAddress(host: string, port: number) {
  return { address: { socket_address: { address: host, port_value: port } } };
}

function endpoints(bootstrap: {
  static_resources: { clusters: { name: string; load_assignment: unknown }[] };
}) {
  return Object.fromEntries(
    bootstrap.static_resources.clusters.map(({ name, load_assignment }) => [name, load_assignment]),
  );
}

test('listeners and the admin interface are where the configuration says', async () => {
  const bootstrap = await rendered(
    'listen.envoyHttp=127.0.0.1:18080',
    'listen.envoyTls=[::]:18443',
    'listen.envoyAdmin=127.0.0.1:19901',
  );
  expect(bootstrap.admin).toEqual(socketAddress('127.0.0.1', 19_901));
  expect(bootstrap.static_resources.listeners).toMatchObject([
    { name: 'tls', ...socketAddress('::', 18_443) },
    { name: 'plain', ...socketAddress('127.0.0.1', 18_080) },
  ]);
});

test('upstreams are where the roles listen', async () => {
  const clusters = endpoints(await rendered('listen.authz=127.0.0.1:19001', 'listen.api=127.0.0.1:19000'));
  const at = (port: number) => ({
    endpoints: [{ lb_endpoints: [{ endpoint: socketAddress('127.0.0.1', port) }] }],
  });
  expect(clusters).toMatchObject({ authz: at(19_001), api: at(19_000), ratelimit: at(8081) });
});

test('upstreams that have an address of their own for Envoy are found there', async () => {
  const clusters = endpoints(
    await rendered(
      'envoy.upstreams.authz=authz:9001',
      'envoy.upstreams.ratelimit=ratelimit:8081',
      'envoy.upstreams.api=api:9000',
    ),
  );
  const at = (host: string, port: number) => ({
    endpoints: [{ lb_endpoints: [{ endpoint: socketAddress(host, port) }] }],
  });
  expect(clusters).toMatchObject({
    authz: at('authz', 9001),
    ratelimit: at('ratelimit', 8081),
    api: at('api', 9000),
  });
});

test('limits, timeouts and certificate files are those of the configuration', async () => {
  const bootstrap = await rendered(
    'envoy.maxBody=1MiB',
    'envoy.authzTimeout=1500ms',
    'envoy.ratelimitTimeout=250ms',
  );
  const [listener] = bootstrap.static_resources.listeners;
  const [chain] = listener.filter_chains;
  const manager = chain.filters[0].typed_config;
  const filter = (name: string) =>
    manager.http_filters.find((entry: { name: string }) => entry.name === `envoy.filters.http.${name}`)
      .typed_config;
  expect(filter('buffer').max_request_bytes).toBe(1_048_576);
  expect(filter('ext_authz').with_request_body.max_request_bytes).toBe(1_048_576);
  expect(filter('ext_authz').grpc_service.timeout).toBe('1.5s');
  expect(filter('ratelimit').timeout).toBe('0.25s');
  expect(chain.transport_socket.typed_config.common_tls_context.tls_certificates).toEqual([
    { certificate_chain: { filename: tls.certFile }, private_key: { filename: tls.keyFile } },
  ]);
});

test('both listeners treat requests the same', async () => {
  const [tlsListener, plain] = (await rendered()).static_resources.listeners;
  expect(plain.filter_chains[0].filters).toEqual(tlsListener.filter_chains[0].filters);
});

test('a call may take 300 s, and a stream may be silent for 600 s however long it lasts', async () => {
  const bootstrap = await rendered();
  for (const listener of bootstrap.static_resources.listeners) {
    const { route_config } = listener.filter_chains[0].filters[0].typed_config;
    const routes: { name: string; route?: object }[] = route_config.virtual_hosts[0].routes;
    const routeOf = (name: string) => routes.find((route) => route.name === name)?.route;
    for (const name of ['invoke', 'claude']) expect(routeOf(name)).toMatchObject({ timeout: '300s' });
    for (const name of ['stream', 'events']) {
      expect(routeOf(name)).toMatchObject({ timeout: '0s', idle_timeout: '600s' });
    }
  }
});

describe('client certificates', () => {
  const mtls = (settings: object = {}) =>
    `identity.mtls=${JSON.stringify({ caFile: 'ca.pem', ...settings })}`;

  async function tlsContext(...set: string[]) {
    const bootstrap = await rendered(...set);
    return bootstrap.static_resources.listeners[0].filter_chains[0].transport_socket.typed_config;
  }

  test('are not asked for without identity.mtls', async () => {
    const context = await tlsContext();
    expect(context).not.toHaveProperty('require_client_certificate');
    expect(Object.keys(context.common_tls_context)).toEqual([
      'alpn_protocols',
      'tls_params',
      'tls_certificates',
    ]);
  });

  test('are verified by caFile and crlFile, and required where it says so', async () => {
    const context = await tlsContext(mtls({ crlFile: 'crl.pem', required: true }));
    expect(context.require_client_certificate).toBe(true);
    expect(context.common_tls_context.validation_context).toEqual({
      trusted_ca: { filename: '/ca.pem' },
      crl: { filename: '/crl.pem' },
      watched_directory: { path: '/' },
    });
  });

  test('need no revocation list, and are optional by default', async () => {
    const context = await tlsContext(mtls());
    expect(context.require_client_certificate).toBe(false);
    expect(context.common_tls_context.validation_context).not.toHaveProperty('crl');
  });

  test('on the plain listener are nothing', async () => {
    const [, plain] = (await rendered(mtls())).static_resources.listeners;
    expect(plain.filter_chains[0]).not.toHaveProperty('transport_socket');
  });

  test('of authorities in a file of their own are read again from there', async () => {
    const config = loadConfig({ dataDir: '/data', cwd: '/', set: [mtls()] });
    const yaml = await renderEnvoy(config, tls, { clientAuthoritiesFile: '/run/client-authorities.yaml' });
    const [listener] = parse(yaml, { maxAliasCount: -1 }).static_resources.listeners;
    const common = listener.filter_chains[0].transport_socket.typed_config.common_tls_context;
    expect(common).not.toHaveProperty('validation_context');
    expect(common.validation_context_sds_secret_config).toMatchObject({
      sds_config: { path_config_source: { path: '/run/client-authorities.yaml' } },
    });
  });
});
