import type { HostPort } from '../../src/config/index.ts';

const TYPE = 'type.googleapis.com/envoy';
const METADATA = ['client', 'tenant', 'tier', 'model', 'route', 'key_id', 'auth_method', 'verdict'];

export interface MinimalEnvoyOptions {
  authz: HostPort;
  upstream: HostPort;
  maxBodyBytes: number;
  /** Whether a buffer filter stands before ext_authz, as it should. */
  buffer: boolean;
}

/** The least configuration with which a stranger's Envoy can use authz, and an access log of all metadata. */
export function minimalEnvoy({ authz, upstream, maxBodyBytes, buffer }: MinimalEnvoyOptions): string {
  const metadata = METADATA.map((name) => [name, `%DYNAMIC_METADATA(envoy.filters.http.ext_authz:${name})%`]);
  const filters = [
    ...(buffer ? [filter('buffer', 'buffer.v3.Buffer', { max_request_bytes: maxBodyBytes })] : []),
    filter('ext_authz', 'ext_authz.v3.ExtAuthz', {
      transport_api_version: 'V3',
      grpc_service: { envoy_grpc: { cluster_name: 'authz' }, timeout: '5s' },
      status_on_error: { code: 'ServiceUnavailable' },
      with_request_body: { max_request_bytes: maxBodyBytes, pack_as_bytes: true },
      validate_mutations: true,
    }),
    filter('router', 'router.v3.Router', {}),
  ];
  const connectionManager = {
    '@type': `${TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'test',
    always_set_request_id_in_response: true,
    access_log: [
      {
        name: 'stdout',
        typed_config: {
          '@type': `${TYPE}.extensions.access_loggers.stream.v3.StdoutAccessLog`,
          log_format: {
            json_format: {
              request_id: '%REQ(x-request-id)%',
              flags: '%RESPONSE_FLAGS%',
              details: '%RESPONSE_CODE_DETAILS%',
              ...Object.fromEntries(metadata),
            },
          },
        },
      },
    ],
    route_config: {
      virtual_hosts: [
        { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'upstream' } }] },
      ],
    },
    http_filters: filters,
  };
  return JSON.stringify({
    admin: { address: address({ host: '127.0.0.1', port: 0 }) },
    static_resources: {
      listeners: [
        {
          name: 'plain',
          address: address({ host: '127.0.0.1', port: 0 }),
          filter_chains: [
            {
              filters: [
                { name: 'envoy.filters.network.http_connection_manager', typed_config: connectionManager },
              ],
            },
          ],
        },
      ],
      clusters: [
        cluster('upstream', upstream, 'http_protocol_options'),
        cluster('authz', authz, 'http2_protocol_options'),
      ],
    },
  });
}

function filter(name: string, type: string, settings: object) {
  return {
    name: `envoy.filters.http.${name}`,
    typed_config: { '@type': `${TYPE}.extensions.filters.http.${type}`, ...settings },
  };
}

function cluster(name: string, target: HostPort, protocol: string) {
  const options = `${TYPE}.extensions.upstreams.http.v3.HttpProtocolOptions`;
  return {
    name,
    connect_timeout: '2s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(target) } }] }],
    },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': options,
        explicit_http_config: { [protocol]: {} },
      },
    },
  };
}

function address({ host, port }: HostPort) {
  return { socket_address: { address: host, port_value: port } };
}
