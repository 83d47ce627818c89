import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatHostPort, type HostPort } from '../../src/config/index.ts';
import { startTestEnvoy, type TestEnvoy, type TestEnvoyOptions } from '../support/envoy.ts';
import { denied, type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { type RawResponse, send } from '../support/http.ts';
import { until } from '../support/until.ts';

let stubs: StubUpstreams;
const opened: TestEnvoy[] = [];

async function envoyWith(options: Partial<TestEnvoyOptions> = {}): Promise<TestEnvoy> {
  const envoy = await startTestEnvoy({ upstreams: stubs.addresses, ...options });
  opened.push(envoy);
  return envoy;
}

beforeEach(async () => {
  stubs = await startStubUpstreams();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((envoy) => envoy.close()));
  await stubs.close();
});
afterAll(() => expect(opened).toEqual([]));

const invoke = { method: 'POST', path: '/claude/invoke', body: '{}' };

/** What Envoy thinks of a host of the api. */
async function hostState(adminUrl: string, { port }: HostPort): Promise<Record<string, unknown>> {
  interface Status {
    address: { socket_address: { port_value: number } };
    health_status: Record<string, unknown>;
  }
  const clusters = (await (await fetch(`${adminUrl}/clusters?format=json`)).json()) as {
    cluster_statuses: { name: string; host_statuses: Status[] }[];
  };
  const api = clusters.cluster_statuses.find(({ name }) => name === 'api');
  const host = api?.host_statuses.find(({ address }) => address.socket_address.port_value === port);
  return host?.health_status ?? {};
}

function expectUnavailable(response: RawResponse, { isTraced = true } = {}): void {
  expect(response.status).toBe(503);
  expect(response.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '5' });
  expect(response.json()).toEqual({
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    code: 'service_unavailable',
    error: 'Service temporarily unavailable',
    detail: expect.any(String),
    requestId: response.headers['x-request-id'],
    ...(isTraced && { traceId: expect.stringMatching(/^[0-9a-f]{32}$/) }),
    retryAfter: 5,
  });
  expect(response.headers['x-correlation-id']).toBe(response.headers['x-request-id']);
}

describe('authz', () => {
  test('away: 503, the api never sees the request, and open paths still work', async () => {
    const { url } = await envoyWith();
    await stubs.stopAuthz();
    expectUnavailable(await send(url, invoke));
    expect(stubs.requests).toEqual([]);
    expect((await send(url, { path: '/health' })).status).toBe(200);
  });

  test('failing: 503, because it failed and not for lack of an identity', async () => {
    const { url, logged } = await envoyWith();
    stubs.decide = () => Promise.reject(new Error('no'));
    expectUnavailable(await send(url, { ...invoke, headers: { 'x-request-id': 'failing' } }));
    expect(stubs.requests).toEqual([]);
    expect(await logged('failing')).toMatchObject({ response_code_details: 'ext_authz_error' });
  });

  test('silent: 503 after its time', async () => {
    const { url } = await envoyWith({ set: ['envoy.authzTimeout=200ms'] });
    stubs.decide = () => new Promise(() => {});
    const start = performance.now();
    expectUnavailable(await send(url, invoke));
    expect(performance.now() - start).toBeLessThan(2000);
    expect(stubs.requests).toEqual([]);
  });

  test.each(['denied_response', 'error_response'])('refusing with 503 as %s: its own body', async (kind) => {
    const { url } = await envoyWith();
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '1' };
    stubs.decide = () => {
      const { denied_response: answer, ...rest } = denied('ServiceUnavailable', '{"own":true}', headers);
      return { ...rest, [kind]: answer };
    };
    const response = await send(url, invoke);
    expect([response.status, response.body.toString()]).toEqual([503, '{"own":true}']);
    expect(response.headers).toMatchObject(headers);
    expect(response.headers['x-correlation-id']).toBe(response.headers['x-request-id']);
    expect(stubs.requests).toEqual([]);
  });
});

describe('the rate limit service', () => {
  test('away: 503, and the api never sees the request', async () => {
    const { url } = await envoyWith();
    await stubs.stopRatelimit();
    expectUnavailable(await send(url, invoke));
    expect(stubs.requests).toEqual([]);
  });

  test('failing: 503, asked once, as a second call would count twice', async () => {
    const { url } = await envoyWith();
    stubs.limit = () => Promise.reject(new Error('no'));
    expectUnavailable(await send(url, invoke));
    expect(stubs.limitCalls).toHaveLength(1);
    expect(stubs.requests).toEqual([]);
  });

  test('silent: 503 after its time', async () => {
    const { url } = await envoyWith({ set: ['envoy.ratelimitTimeout=200ms'] });
    stubs.limit = () => new Promise(() => {});
    expectUnavailable(await send(url, invoke));
    expect(stubs.requests).toEqual([]);
  });
});

describe('the api', () => {
  test('away: 503', async () => {
    const { url } = await envoyWith();
    await stubs.stopApi();
    expectUnavailable(await send(url, invoke));
    expectUnavailable(await send(url, { path: '/health' }));
  });

  test('unhealthy: 503 without asking it, and back to normal when it is well', async () => {
    const { url } = await envoyWith({
      edit: (yaml) => yaml.replaceAll(/( (?:un|no_traffic_)?(?:healthy_)?interval): (?:5|10)s/g, '$1: 0.1s'),
    });
    stubs.health = 503;
    await until(
      async () => (await send(url, { path: '/ready' })).status === 503,
      'Envoy sees that the api is sick',
    );
    stubs.requests = [];
    expectUnavailable(await send(url, invoke));
    expect(stubs.requests).toEqual([]);
    stubs.health = 200;
    await until(
      async () => (await send(url, { path: '/ready' })).status === 200,
      'Envoy sees that the api is well',
    );
    expect((await send(url, invoke)).status).toBe(200);
  });

  describe('away, with a backup', () => {
    let backup: StubUpstreams;
    beforeEach(async () => {
      backup = await startStubUpstreams();
    });
    afterEach(() => backup.close());

    const withBackup = (edit: (yaml: string) => string = (yaml) => yaml) =>
      envoyWith({ set: [`envoy.upstreams.apiBackups=["${formatHostPort(backup.addresses.api)}"]`], edit });
    /** How many of some submissions, which all pass, each of the two got. */
    async function served(url: string, count: number) {
      stubs.requests = [];
      backup.requests = [];
      for (let sent = 0; sent < count; sent += 1) expect((await send(url, invoke)).status).toBe(200);
      return { first: stubs.requests.length, backup: backup.requests.length };
    }

    test('that has its requests and none is lost, until Envoy sees that the first is well again', async () => {
      const { url, adminUrl } = await withBackup((yaml) =>
        yaml.replaceAll(/( (?:un|no_traffic_)?(?:healthy_)?interval): (?:5|10)s/g, '$1: 0.1s'),
      );
      const state = () => hostState(adminUrl, stubs.addresses.api);
      expect(await served(url, 3)).toEqual({ first: 3, backup: 0 });
      await stubs.stopApi();
      expect(await served(url, 3)).toEqual({ first: 0, backup: 3 });
      await until(async () => (await state()).failed_active_health_check === true, 'it is seen to be away');
      expect(await served(url, 3)).toEqual({ first: 0, backup: 3 });
      await stubs.startApi();
      await until(async () => (await state()).failed_active_health_check !== true, 'it is seen to be back');
      // Each of Envoy's threads hears of it within a second.
      await until(async () => (await served(url, 3)).first === 3, 'it has all requests again', 30_000);
    });

    test('after three failures it is not asked any more, before any check has found it', async () => {
      const { url, adminUrl } = await withBackup();
      expect(await served(url, 1)).toEqual({ first: 1, backup: 0 });
      await stubs.stopApi();
      expect(await served(url, 3)).toEqual({ first: 0, backup: 3 });
      await until(
        async () => (await hostState(adminUrl, stubs.addresses.api)).failed_outlier_check === true,
        'it is ejected',
      );
    });
  });

  test('hanging up in the middle: 503, and the submission is not sent twice', async () => {
    const { url } = await envoyWith();
    stubs.answer = (_request, response) => void response.destroy();
    expectUnavailable(await send(url, invoke));
    expect(stubs.requests).toHaveLength(1);
  });

  test('answering something that is not HTTP: 502', async () => {
    const { url } = await envoyWith();
    stubs.answer = (_request, response) => void response.socket?.end('nonsense\r\n\r\n');
    const response = await send(url, invoke);
    expect(response.status).toBe(502);
    expect(response.json()).toMatchObject({ code: 'service_unavailable', status: 502, retryAfter: 5 });
  });

  test('silent for longer than a request may take: 504', async () => {
    const { url } = await envoyWith({ edit: (yaml) => yaml.replaceAll('timeout: 300s', 'timeout: 0.3s') });
    stubs.answer = () => {};
    const response = await send(url, { path: '/claude/status/1' });
    expect(response.status).toBe(504);
    expect(response.json()).toMatchObject({ code: 'service_unavailable', status: 504, retryAfter: 5 });
  });

  test('a stream may last longer than other requests, as long as events come', async () => {
    const { url } = await envoyWith({
      edit: (yaml) =>
        yaml
          .replaceAll('timeout: 300s', 'timeout: 0.3s')
          .replaceAll('idle_timeout: 600s', 'idle_timeout: 0.5s'),
    });
    stubs.answer = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let i = 0; i < 10; i++) {
        response.write('data: x\n\n');
        await delay(100);
      }
      response.end();
    };
    const { body } = await send(url, { ...invoke, path: '/claude/stream' });
    expect(body.toString()).toBe('data: x\n\n'.repeat(10));
  });
});

test('an Envoy whose memory is used up refuses with 503 rather than falling over', async () => {
  const { url } = await envoyWith({
    edit: (yaml) => yaml.replace('max_heap_size_bytes: 2147483648', 'max_heap_size_bytes: 1048576'),
  });
  await until(async () => (await send(url, { path: '/health' })).status === 503, 'Envoy sees its memory');
  // Before it has looked at the request, and begun a trace.
  expectUnavailable(await send(url, invoke), { isTraced: false });
  expect(stubs.checks).toEqual([]);
});
