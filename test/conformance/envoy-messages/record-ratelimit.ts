/**
 * Records what the real Envoy sends to a rate limit service: `node test/conformance/envoy-messages/record-ratelimit.ts`
 * writes one file for each route below to test/conformance/envoy-messages/ratelimit/, for the tests of the codec.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveUnary } from '../../../src/grpc/index.ts';
import { findTool, missingTool } from '../../../src/toolchain/index.ts';
import { until } from '../../support/until.ts';

const TYPE = 'type.googleapis.com/envoy';
const TEXT = { generic_key: { descriptor_key: 'calls', descriptor_value: 'submit' } };
const ADDRESS = { remote_address: {} };
const HEADER = { request_headers: { header_name: 'x-client', descriptor_key: 'client' } };

/** Path below / -> the route's rate limits. */
const ROUTES: Record<string, object[]> = {
  'one-entry': [{ actions: [TEXT] }],
  'two-descriptors': [{ actions: [TEXT, HEADER] }, { actions: [ADDRESS] }],
  'hits-of-a-descriptor': [{ actions: [TEXT], hits_addend: { number: 5 } }, { actions: [HEADER] }],
  'hits-of-zero': [{ actions: [TEXT], hits_addend: { format: '%REQ(x-hits)%' } }],
  'hits-given-back': [
    { actions: [TEXT], hits_addend: { number: 4, is_negative_hits: true }, apply_on_stream_done: true },
  ],
  'limit-of-the-request': [
    {
      actions: [HEADER],
      limit: { dynamic_metadata: { metadata_key: { key: 'limits', path: [{ key: 'limit' }] } } },
    },
  ],
  'long-and-not-ascii': [
    { actions: [HEADER, { request_headers: { header_name: 'x-long', descriptor_key: 'größe' } }] },
  ],
};

const HEADERS = { 'x-client': 'service-ä', 'x-hits': '0', 'x-long': 'v'.repeat(300) };

const messages: Buffer[] = [];
const service = await serveUnary({
  services: [
    {
      name: 'envoy.service.ratelimit.v3.RateLimitService',
      proto: 'envoy/service/ratelimit/v3/rls.proto',
      methods: {
        ShouldRateLimit: {
          codec: { decode: (bytes) => Buffer.from(bytes), encode: () => Buffer.of(0x08, 0x01) },
          handler: (message: Buffer) => messages.push(message),
        },
      },
    },
  ],
  ...{ host: '127.0.0.1', port: 0, maxReceiveBytes: 65_536 },
  onError: (error) => process.stderr.write(`${error}\n`),
});
const upstream = createServer((_, response) => response.end('reached')).listen(0, '127.0.0.1');
await once(upstream, 'listening');
const envoy = await startEnvoy(service.port, (upstream.address() as AddressInfo).port);
try {
  for (const name of Object.keys(ROUTES)) {
    messages.length = 0;
    await (await fetch(`${envoy.url}/${name}`, { headers: latin1Bytes(HEADERS) })).text();
    await until(() => messages.length > 0, `Envoy has asked for ${name}`);
    const file = join(import.meta.dirname, 'ratelimit', `${name}.bin`);
    await writeFile(file, messages[0] as Buffer);
    process.stdout.write(`${name}: ${messages[0]?.length} bytes\n`);
  }
} finally {
  await envoy.close();
  upstream.close();
  await service.close(0);
}

/** As fetch wants a header's bytes: one character for each. */
function latin1Bytes(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  );
}

function bootstrap(ratelimitPort: number, upstreamPort: number): object {
  const filter = (name: string, type: string, settings: object) => ({
    name: `envoy.filters.http.${name}`,
    typed_config: { '@type': `${TYPE}.extensions.filters.http.${type}`, ...settings },
  });
  const limit = { requests_per_unit: 42, unit: 'HOUR' };
  const connectionManager = {
    '@type': `${TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'web',
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: Object.entries(ROUTES).map(([name, limits]) => ({
            match: { prefix: `/${name}` },
            route: { cluster: 'upstream' },
            typed_per_filter_config: {
              'envoy.filters.http.ratelimit': {
                '@type': `${TYPE}.extensions.filters.http.ratelimit.v3.RateLimitPerRoute`,
                rate_limits: limits,
              },
            },
          })),
        },
      ],
    },
    http_filters: [
      filter('set_metadata', 'set_metadata.v3.Config', {
        metadata: [{ metadata_namespace: 'limits', value: { limit } }],
      }),
      filter('ratelimit', 'ratelimit.v3.RateLimit', {
        domain: 'gatehouse',
        timeout: '2s',
        rate_limit_service: {
          transport_api_version: 'V3',
          grpc_service: { envoy_grpc: { cluster_name: 'ratelimit' } },
        },
      }),
      filter('router', 'router.v3.Router', {}),
    ],
  };
  return {
    admin: { address: address(0) },
    static_resources: {
      listeners: [
        {
          name: 'web',
          address: address(0),
          filter_chains: [
            {
              filters: [
                { name: 'envoy.filters.network.http_connection_manager', typed_config: connectionManager },
              ],
            },
          ],
        },
      ],
      clusters: [cluster('upstream', upstreamPort, {}), cluster('ratelimit', ratelimitPort, http2())],
    },
  };
}

function http2(): object {
  return {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': `${TYPE}.extensions.upstreams.http.v3.HttpProtocolOptions`,
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
  };
}

function cluster(name: string, port: number, more: object): object {
  const endpoint = { address: address(port) };
  return {
    name,
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] },
    ...more,
  };
}

function address(port: number): object {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}

async function startEnvoy(ratelimitPort: number, upstreamPort: number) {
  const path = findTool('envoy');
  if (path === undefined) throw new Error(missingTool('envoy'));
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-record-'));
  const configFile = join(dir, 'envoy.json');
  const adminFile = join(dir, 'admin-address');
  await writeFile(configFile, JSON.stringify(bootstrap(ratelimitPort, upstreamPort)));
  const child = spawn(
    path,
    [
      ...['--config-path', configFile, '--admin-address-path', adminFile],
      ...['--disable-hot-restart', '--concurrency', '1', '--log-level', 'error'],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  let url = '';
  await until(async () => {
    if (child.exitCode !== null) throw new Error('Envoy did not start');
    const admin = await readFile(adminFile, 'utf8').catch(() => undefined);
    const listeners = await fetch(`http://${admin}/listeners`).then(
      (answer) => answer.text(),
      () => '',
    );
    url = `http://${/web::(127\.0\.0\.1:\d+)/.exec(listeners)?.[1]}`;
    return !url.endsWith('undefined');
  }, 'Envoy listens');
  return {
    url,
    async close() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
