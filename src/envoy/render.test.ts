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
    'listen.envoyMetrics=127.0.0.1:19902',
  );
  expect(bootstrap.admin).toEqual(socketAddress('127.0.0.1', 19_901));
  expect(bootstrap.static_resources.listeners).toMatchObject([
    { name: 'tls', ...socketAddress('::', 18_443) },
    { name: 'plain', ...socketAddress('127.0.0.1', 18_080) },
    { name: 'metrics', ...socketAddress('127.0.0.1', 19_902) },
  ]);
});

test('upstreams are where the roles listen', async () => {
  const clusters = endpoints(await rendered('listen.authz=127.0.0.1:19001', 'listen.api=127.0.0.1:19000'));
  const at = (port: number) => ({
    endpoints: [{ lb_endpoints: [{ endpoint: socketAddress('127.0.0.1', port) }] }],
  });
  expect(clusters).toMatchObject({ authz: at(19_001), api: at(19_000), ratelimit: at(8081) });
});

test('backups of the api are asked after it, and there are none by themselves', async () => {
  const none = endpoints(await rendered());
  expect(none).toMatchObject({ api: { endpoints: [{ lb_endpoints: [expect.anything()] }] } });
  const { api } = endpoints(await rendered('envoy.upstreams.apiBackups=["10.0.0.2:9000", "10.0.0.3:9000"]'));
  expect(api).toMatchObject({
    endpoints: [
      { lb_endpoints: [{ endpoint: socketAddress('127.0.0.1', 9000) }] },
      {
        priority: 1,
        lb_endpoints: [
          { endpoint: socketAddress('10.0.0.2', 9000) },
          { endpoint: socketAddress('10.0.0.3', 9000) },
        ],
      },
    ],
  });
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
  for (const listener of bootstrap.static_resources.listeners.slice(0, 2)) {
    const { route_config } = listener.filter_chains[0].filters[0].typed_config;
    const routes: { name: string; route?: object }[] = route_config.virtual_hosts[0].routes;
    const routeOf = (name: string) => routes.find((route) => route.name === name)?.route;
    for (const name of ['invoke', 'status', 'jobs', 'claude'])
      expect(routeOf(name)).toMatchObject({ timeout: '300s' });
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

describe("browsers' login", () => {
  const oidc = (settings: object = {}) =>
    `identity.oidc=${JSON.stringify({
      provider: 'okta',
      issuer: 'https://example.okta.com',
      publicUrl: 'https://gatehouse.example.org:8443',
      clientId: 'gatehouse',
      clientSecretFile: 'client.secret',
      cookieSecretFile: 'cookie.secret',
      emailDomains: ['example.org'],
      ...settings,
    })}`;

  async function parts(...set: string[]) {
    const { static_resources: resources } = await rendered(...set);
    const manager = resources.listeners[0].filter_chains[0].filters[0].typed_config;
    const names = manager.http_filters.map(({ name }: { name: string }) =>
      name.replace('envoy.filters.http.', ''),
    );
    const filter = manager.http_filters[names.indexOf('oauth2')]?.typed_config.config;
    const cluster = resources.clusters.find(({ name }: { name: string }) => name === 'oidc');
    return { resources, names, filter, cluster, routes: manager.route_config.virtual_hosts[0].routes };
  }

  test('is not there without identity.oidc', async () => {
    const { names, cluster, resources } = await parts();
    expect(names).not.toContain('oauth2');
    expect(cluster).toBeUndefined();
    expect(resources).not.toHaveProperty('secrets');
  });

  test('stands in front of the buffer and of authz, on both listeners', async () => {
    const { names, resources } = await parts(oidc());
    expect(names.slice(names.indexOf('oauth2'), names.indexOf('ext_authz'))).toEqual([
      'oauth2',
      'header_mutation',
      'buffer',
    ]);
    const [tlsListener, plain] = resources.listeners;
    expect(plain.filter_chains[0].filters).toEqual(tlsListener.filter_chains[0].filters);
  });

  test('is for the client, at the public address alone', async () => {
    const { filter } = await parts(oidc({ scopes: ['openid', 'on'] }));
    expect(filter).toMatchObject({
      authorization_endpoint: 'https://example.okta.com/oauth2/v1/authorize',
      end_session_endpoint: 'https://example.okta.com/oauth2/v1/logout',
      auth_scopes: ['openid', 'on'],
      auth_type: 'URL_ENCODED_BODY',
      redirect_uri: 'https://gatehouse.example.org:8443/oauth2/callback',
      original_request_uri: 'https://gatehouse.example.org:8443',
      allowed_redirect_domains: ['gatehouse.example.org'],
      credentials: { client_id: 'gatehouse' },
      default_refresh_token_expires_in: '604800s',
    });
  });

  test('has its secrets in files, not in the configuration', async () => {
    const { resources } = await parts(oidc());
    expect(resources.secrets).toEqual([
      { name: 'oidc-client-secret', generic_secret: { secret: { filename: '/client.secret' } } },
      { name: 'oidc-cookie-secret', generic_secret: { secret: { filename: '/cookie.secret' } } },
    ]);
  });

  test('asks the provider by TLS, under its own name', async () => {
    const { cluster } = await parts(oidc({ caFile: 'ca.pem' }));
    expect(cluster.load_assignment.endpoints[0].lb_endpoints[0].endpoint).toEqual(
      socketAddress('example.okta.com', 443),
    );
    expect(cluster.transport_socket.typed_config).toMatchObject({
      sni: 'example.okta.com',
      common_tls_context: {
        validation_context: {
          trusted_ca: { filename: '/ca.pem' },
          match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: 'example.okta.com' } }],
        },
      },
    });
  });

  test.each([
    ['https://127.0.0.1:9443/token', '127.0.0.1', 9443],
    ['https://[::1]/token', '::1', 443],
  ])('finds a provider at an address: %s', async (token, host, port) => {
    const { cluster } = await parts(oidc({ endpoints: { token } }));
    expect(cluster.load_assignment.endpoints[0].lb_endpoints[0].endpoint).toEqual(socketAddress(host, port));
    const { sni, common_tls_context } = cluster.transport_socket.typed_config;
    expect(sni).toBeUndefined();
    expect(common_tls_context.validation_context.match_typed_subject_alt_names).toEqual([
      { san_type: 'IP_ADDRESS', matcher: { exact: host } },
    ]);
  });

  test('asks a provider on this machine without TLS', async () => {
    const { cluster } = await parts(oidc({ endpoints: { token: 'http://localhost:9000/token' } }));
    expect(cluster).not.toHaveProperty('transport_socket');
  });

  test('ends here alone where the provider has no page for it', async () => {
    const { filter } = await parts(oidc({ provider: 'google', issuer: 'https://accounts.google.com' }));
    expect(filter).not.toHaveProperty('end_session_endpoint');
    expect(filter).not.toHaveProperty('post_logout_redirect_uri');
  });

  test('is asked for on no route that is open or leads nowhere, and on every other', async () => {
    const { routes } = await parts(oidc());
    const without = routes.filter(
      (route: { typed_per_filter_config: object }) =>
        'envoy.filters.http.oauth2' in route.typed_per_filter_config,
    );
    expect(without.map(({ name }: { name: string }) => name)).toEqual([
      ...['page', 'open', 'open-other-methods', 'home', 'tunnel', 'unknown'],
    ]);
  });

  test('cannot be without a secret for cookies', async () => {
    await expect(rendered(oidc({ cookieSecretFile: undefined }))).rejects.toThrow(
      'identity.oidc.cookieSecretFile is missing',
    );
  });
});
