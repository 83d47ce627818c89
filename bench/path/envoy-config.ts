/** Envoy as little as it can be: one listener, one route, and the two control calls or none. */

const TYPE = 'type.googleapis.com/envoy';

export interface ControlPlane {
  authzPort: number;
  ratelimitPort: number;
  /** Of the rate limit rules. */
  domain: string;
}

/** An Envoy that proxies to an upstream. @param control whom it asks before; nobody where it is absent */
export function proxyConfig(port: number, upstreamPort: number, control?: ControlPlane): string {
  const filters = control === undefined ? [] : controlFilters(control.domain);
  const clusters = [cluster('upstream', upstreamPort, 'http_protocol_options')];
  if (control !== undefined) {
    clusters.push(cluster('authz', control.authzPort, 'http2_protocol_options'));
    clusters.push(cluster('ratelimit', control.ratelimitPort, 'http2_protocol_options'));
  }
  const route = { cluster: 'upstream', ...(control && { rate_limits: RATE_LIMITS }) };
  return bootstrap(port, filters, route, clusters);
}

/** An Envoy that answers by itself, as an upstream that costs little. */
export function upstreamConfig(port: number): string {
  return bootstrap(port, [], undefined, []);
}

/** By the client that the authorizer names, and by what every request has. */
const RATE_LIMITS = [
  {
    actions: [
      {
        metadata: {
          descriptor_key: 'client',
          metadata_key: { key: 'envoy.filters.http.ext_authz', path: [{ key: 'client' }] },
        },
      },
    ],
  },
  { actions: [{ request_headers: { header_name: ':method', descriptor_key: 'method' } }] },
];

function controlFilters(domain: string): object[] {
  const grpc = (name: string) => ({ envoy_grpc: { cluster_name: name }, timeout: '5s' });
  return [
    filter('ext_authz', 'ext_authz.v3.ExtAuthz', {
      transport_api_version: 'V3',
      grpc_service: grpc('authz'),
    }),
    filter('ratelimit', 'ratelimit.v3.RateLimit', {
      domain,
      timeout: '5s',
      failure_mode_deny: true,
      rate_limit_service: { transport_api_version: 'V3', grpc_service: grpc('ratelimit') },
    }),
  ];
}

function bootstrap(port: number, filters: object[], route: object | undefined, clusters: object[]): string {
  const action =
    route === undefined
      ? { direct_response: { status: 200, body: { inline_string: '{"ok":true}' } } }
      : { route };
  const connectionManager = {
    '@type': `${TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'bench',
    route_config: {
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, ...action }] }],
    },
    http_filters: [...filters, filter('router', 'router.v3.Router', {})],
  };
  const filterChain = {
    filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: connectionManager }],
  };
  return JSON.stringify({
    static_resources: {
      listeners: [{ name: 'bench', address: address(port), filter_chains: [filterChain] }],
      clusters,
    },
  });
}

function filter(name: string, type: string, settings: object): object {
  return {
    name: `envoy.filters.http.${name}`,
    typed_config: { '@type': `${TYPE}.extensions.filters.http.${type}`, ...settings },
  };
}

function cluster(name: string, port: number, protocol: string): object {
  return {
    name,
    connect_timeout: '2s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }],
    },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': `${TYPE}.extensions.upstreams.http.v3.HttpProtocolOptions`,
        explicit_http_config: { [protocol]: {} },
      },
    },
  };
}

function address(port: number): object {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}
