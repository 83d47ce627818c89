import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Family, parseExposition } from '../../src/telemetry/index.ts';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { denied, type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { freePort } from '../support/free-port.ts';
import { send } from '../support/http.ts';
import { until } from '../support/until.ts';

const REQUESTS = 'envoy_claude_requests_total';
const DURATION = 'envoy_claude_request_duration_seconds';

let stubs: StubUpstreams;
let envoy: TestEnvoy;
let metricsUrl: string;

beforeAll(async () => {
  stubs = await startStubUpstreams();
  const metricsPort = await freePort();
  metricsUrl = `http://127.0.0.1:${metricsPort}`;
  envoy = await startTestEnvoy({
    upstreams: stubs.addresses,
    set: [`listen.envoyAdmin=127.0.0.1:${await freePort()}`, `listen.envoyMetrics=127.0.0.1:${metricsPort}`],
  });
});
beforeEach(() => stubs.reset());
afterAll(async () => {
  await envoy?.close();
  await stubs?.close();
});

async function family(name: string): Promise<Family | undefined> {
  const answer = await fetch(`${metricsUrl}/stats/prometheus`);
  expect(answer.status).toBe(200);
  return parseExposition(await answer.text()).find((each) => each.name === name);
}

async function requests(labels: Record<string, string>): Promise<number> {
  const found = (await family(REQUESTS))?.samples.find((sample) =>
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return found?.value ?? 0;
}

/** Envoy counts a request once it is over, which may be after the caller has its answer. */
async function countedOnce(labels: Record<string, string>, request: () => Promise<unknown>): Promise<void> {
  const before = await requests(labels);
  await request();
  await until(async () => (await requests(labels)) === before + 1, `counted as ${JSON.stringify(labels)}`);
}

test.each([
  ['POST', '/claude/invoke', 'invoke'],
  ['POST', '/claude/stream', 'stream'],
  ['GET', '/claude/status/8?wait=1', 'status'],
  ['GET', '/claude/jobs', 'jobs'],
  ['DELETE', '/claude/jobs/8', 'jobs'],
  ['GET', '/claude/jobs/8/events', 'events'],
  ['GET', '/claude/elsewhere', 'claude'],
  ['GET', '/health', 'open'],
])('%s %s is counted as route %s', async (method, path, route) => {
  await countedOnce({ status: '200', method, route }, () => send(envoy.url, { method, path }));
});

test('both listeners count together', async () => {
  const labels = { status: '200', method: 'GET', route: 'jobs' };
  await countedOnce(labels, () => send(envoy.url, { path: '/claude/jobs' }));
  await countedOnce(labels, () => send(envoy.tlsUrl, { path: '/claude/jobs' }));
});

test('what authz and the rate limit service refuse is counted', async () => {
  const call = () => send(envoy.url, { path: '/claude/status/8' });
  stubs.decide = () => denied('Unauthorized', '{}');
  await countedOnce({ status: '401', method: 'GET', route: 'status' }, call);
  stubs.reset();
  stubs.limit = () => ({ overall_code: 'OVER_LIMIT' });
  await countedOnce({ status: '429', method: 'GET', route: 'status' }, call);
});

test('what Envoy itself answers is counted', async () => {
  await countedOnce({ status: '404', method: 'GET', route: 'unknown' }, () =>
    send(envoy.url, { path: '/nothing' }),
  );
  stubs.decide = () => Promise.reject(new Error('broken'));
  await countedOnce({ status: '503', method: 'GET', route: 'claude' }, () =>
    send(envoy.url, { path: '/claude/x' }),
  );
});

test('what is no request at all has neither method nor route', async () => {
  await countedOnce({ status: '400', method: 'other', route: 'none' }, async () => {
    const socket = connect(Number(new URL(envoy.url).port), '127.0.0.1', () =>
      socket.write('NONSENSE\r\n\r\n'),
    );
    await once(socket, 'data');
    socket.destroy();
  });
});

test('a caller that goes away is counted without a status', async () => {
  const arrived = Promise.withResolvers<void>();
  stubs.answer = () => arrived.resolve();
  await countedOnce({ status: '0', method: 'GET', route: 'status' }, async () => {
    const gone = new AbortController();
    const call = fetch(`${envoy.url}/claude/status/8`, { signal: gone.signal });
    await arrived.promise;
    gone.abort();
    await call.catch(() => {});
  });
});

test('how long requests took is in seconds, in buckets up to ten minutes', async () => {
  const TOOK_MS = 600;
  stubs.answer = (_, response) => void setTimeout(() => response.end('{}'), TOOK_MS);
  await send(envoy.url, { method: 'PUT', path: '/claude/slow' });
  const slow = async () =>
    (await family(DURATION))?.samples.filter(
      ({ labels }) => labels.method === 'PUT' && labels.route === 'claude',
    ) ?? [];
  // Envoy puts the histograms of its threads together every five seconds.
  await until(async () => (await slow()).some(({ value }) => value > 0), 'the request is in the histogram');
  const samples = await slow();
  const sum = samples.find(({ name }) => name.endsWith('_sum'))?.value;
  expect(sum).toBeGreaterThan((TOOK_MS / 1000) * 0.9);
  expect(sum).toBeLessThan(60);
  const buckets = samples.filter(({ name }) => name.endsWith('_bucket'));
  expect(buckets.map(({ labels }) => labels.le)).toEqual([
    ...['0.03125', '0.0625', '0.125', '0.25', '0.5', '1', '2.5', '5', '10', '20', '30', '60', '120'],
    ...['300', '600', '+Inf'],
  ]);
  expect(buckets.find(({ labels }) => labels.le === '0.5')?.value).toBe(0);
});

test('nothing else of the admin interface is to be had there', async () => {
  for (const [method, path] of [
    ['GET', '/stats'],
    ['GET', '/config_dump'],
    ['POST', '/quitquitquit'],
    ['POST', '/stats/prometheus'],
    ['GET', '/stats/prometheus/../../quitquitquit'],
  ] as const) {
    expect((await send(metricsUrl, { method, path })).status, `${method} ${path}`).toBe(404);
  }
});
