import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { startTestRatelimit, type TestRatelimit } from '../support/ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const RULES = `
domain: shop
descriptors:
  - key: calls
    value: limited
    descriptors:
      - {key: per, value: day, rate_limit: {unit: day, requests_per_unit: 2, name: two-a-day}}
      - {key: per, value: year, rate_limit: {unit: year, requests_per_unit: 100, name: hundred-a-year}}
  - {key: generic_key, value: free, rate_limit: {unlimited: true}}
`;

/** Nothing but the rate limit filter, as a mesh that only wants this service has it. */
function bootstrap(ports: { ratelimit: number; upstream: number }): string {
  const cluster = (name: string, port: number, more = '') => `
    - name: ${name}
      type: STATIC
      connect_timeout: 1s
      load_assignment:
        cluster_name: ${name}
        endpoints:
          - lb_endpoints:
              - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${port} } } }
${more}`;
  return `
admin:
  address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
static_resources:
  listeners:
    - name: web
      address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: web
                preserve_external_request_id: true
                route_config:
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                        - match: { prefix: /limited }
                          route:
                            cluster: upstream
                            rate_limits:
                              - actions:
                                  - generic_key: { descriptor_key: calls, descriptor_value: limited }
                                  - generic_key: { descriptor_key: per, descriptor_value: day }
                              - actions:
                                  - generic_key: { descriptor_key: calls, descriptor_value: limited }
                                  - generic_key: { descriptor_key: per, descriptor_value: year }
                        - match: { prefix: / }
                          route:
                            cluster: upstream
                            rate_limits:
                              - actions: [{ generic_key: { descriptor_value: free } }]
                http_filters:
                  - name: envoy.filters.http.ratelimit
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit
                      domain: shop
                      timeout: 2s
                      failure_mode_deny: true
                      status_on_error: { code: ServiceUnavailable }
                      enable_x_ratelimit_headers: DRAFT_VERSION_03
                      enable_retry_after_header: true
                      rate_limit_service:
                        transport_api_version: V3
                        grpc_service:
                          envoy_grpc: { cluster_name: ratelimit }
                          timeout: 2s
                          initial_metadata:
                            - { key: x-request-id, value: "%STREAM_ID%" }
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
${cluster('upstream', ports.upstream)}
${cluster(
  'ratelimit',
  ports.ratelimit,
  `      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          explicit_http_config: { http2_protocol_options: {} }
`,
)}
`;
}

describe('behind the real Envoy', () => {
  let dir: string;
  let redis: TestRedis;
  let service: TestRatelimit & { close(): Promise<void> };
  let upstream: Server;
  let envoy: ChildProcess;
  let url: string;

  beforeAll(async () => {
    const path = findTool('envoy');
    if (path === undefined) throw new Error(missingTool('envoy'));
    dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-ratelimit-envoy-'));
    redis = await startTestRedis();
    service = await startTestRatelimit({ redis: redis.address, rules: [RULES] });
    upstream = createServer((_, response) => response.end('reached')).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const configFile = join(dir, 'envoy.yaml');
    const adminFile = join(dir, 'admin-address');
    const upstreamPort = (upstream.address() as AddressInfo).port;
    await writeFile(configFile, bootstrap({ ratelimit: service.port, upstream: upstreamPort }));
    envoy = spawn(
      path,
      [
        ...['--config-path', configFile, '--admin-address-path', adminFile],
        ...['--disable-hot-restart', '--concurrency', '1', '--log-level', 'error'],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const listeners = async () => {
      const answer = await fetch(`http://${await readFile(adminFile, 'utf8')}/listeners`);
      return /web::(127\.0\.0\.1:\d+)/.exec(await answer.text())?.[1];
    };
    await until(async () => {
      if (envoy.exitCode !== null) throw new Error('Envoy did not start');
      const address = await listeners().catch(() => undefined);
      url = `http://${address}`;
      return address !== undefined;
    }, 'Envoy listens');
  });

  afterAll(async () => {
    if (envoy?.exitCode === null && envoy.signalCode === null) {
      const gone = once(envoy, 'exit');
      envoy.kill('SIGKILL');
      await gone;
    }
    upstream?.closeAllConnections();
    upstream?.close();
    await service?.close();
    await redis?.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('a request within its limits passes, with x-ratelimit headers for all of them', async () => {
    const answer = await fetch(`${url}/limited`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('reached');
    expect(answer.headers.get('x-ratelimit-limit')).toBe(
      '2, 2;w=86400;name="two-a-day", 100;w=31536000;name="hundred-a-year"',
    );
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('1');
    expect(Number(answer.headers.get('x-ratelimit-reset'))).toBeGreaterThan(0);
    expect(Number(answer.headers.get('x-ratelimit-reset'))).toBeLessThanOrEqual(86_400);
  });

  it('a request over a limit gets 429 with retry-after and a JSON body that names the rule and the request', async () => {
    expect((await fetch(`${url}/limited`)).status).toBe(200);
    const answer = await fetch(`${url}/limited`, { headers: { 'x-request-id': 'a-request-of-mine' } });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('0');
    const retryAfter = Number(answer.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      code: 'rate_limited',
      error: 'Rate limit exceeded',
      detail: `two-a-day allows 2 requests per day; try again in ${retryAfter} s`,
      requestId: 'a-request-of-mine',
      retryAfter,
      limit: 'two-a-day',
      window: 86_400,
    });
  });

  it('an unlimited request passes without headers', async () => {
    const answer = await fetch(`${url}/free`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-ratelimit-limit')).toBeNull();
  });

  it('requests get 503 while Redis is away, and pass again when it is back', async () => {
    await redis.kill();
    await until(async () => (await fetch(`${url}/limited`)).status === 503, 'Redis is missed');
    expect((await fetch(`${url}/free`)).status).toBe(200);
    await redis.start();
    await until(async () => (await fetch(`${url}/limited`)).status === 429, 'requests are counted again');
  });
});
