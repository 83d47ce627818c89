import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HostPort } from '../../src/config/index.ts';
import { activeRequests, envoyAdmin, isEnvoyReady } from '../../src/up/envoy-admin.ts';
import { drainEnvoy } from '../../src/up/envoy-drain.ts';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { open, responseTo, send } from '../support/http.ts';
import { until } from '../support/until.ts';

const DRAIN_MS = 20_000;
const patient = new AbortController().signal;

let upstreams: StubUpstreams;
let envoy: TestEnvoy;
let admin: HostPort;
/** What the api has not answered yet. */
let waiting: ServerResponse[];
beforeAll(async () => {
  upstreams = await startStubUpstreams();
});
afterAll(() => upstreams.close());
beforeEach(async () => {
  waiting = [];
  upstreams.answer = (_, response) => waiting.push(response);
  envoy = await startTestEnvoy({ upstreams: upstreams.addresses });
  const { hostname, port } = new URL(envoy.adminUrl);
  admin = { host: hostname, port: Number(port) };
});
afterEach(() => envoy.close());

const request = { path: '/claude/status/1', method: 'GET' };

test('Envoy is ready once it has found the upstreams healthy', async () => {
  await until(() => isEnvoyReady(admin), 'Envoy is ready');
  expect((await envoyAdmin(admin, 'GET', '/clusters')).body).not.toContain('failed_active_hc');
});

test('without requests in flight draining is over at once', async () => {
  expect(await drainEnvoy(admin, DRAIN_MS, patient)).toBe(0);
});

test('a request in flight finishes, and its answer closes the connection', async () => {
  const answer = send(envoy.url, request);
  await until(() => waiting.length === 1, 'the api has the request');
  let drained = false;
  const draining = drainEnvoy(admin, DRAIN_MS, patient).then((left) => {
    drained = true;
    return left;
  });
  await until(
    async () => (await envoyAdmin(admin, 'GET', '/ready')).status === 503,
    'Envoy says that it drains',
  );
  expect(drained).toBe(false);
  waiting[0]?.end('done');
  expect((await answer).body.toString()).toBe('done');
  expect((await answer).headers.connection).toBe('close');
  expect(await draining).toBe(0);
});

test('while one is in flight new connections are refused after a second', async () => {
  const answer = send(envoy.url, request);
  await until(() => waiting.length === 1, 'the api has the request');
  const draining = drainEnvoy(admin, DRAIN_MS, patient);
  const refused = () => {
    const attempt = open(envoy.url, { path: '/nowhere' });
    attempt.end();
    return responseTo(attempt).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
    );
  };
  await until(refused, 'new connections are refused');
  expect(await activeRequests(admin)).toBe(1);
  waiting[0]?.end('done');
  expect((await answer).body.toString()).toBe('done');
  expect(await draining).toBe(0);
});

test('a request that takes too long is left behind', async () => {
  const answer = send(envoy.url, request).catch(() => undefined);
  await until(() => waiting.length === 1, 'the api has the request');
  expect(await drainEnvoy(admin, 100, patient)).toBe(1);
  waiting[0]?.end();
  await answer;
});

test('with no more time nothing is waited for', async () => {
  const answer = send(envoy.url, request).catch(() => undefined);
  await until(() => waiting.length === 1, 'the api has the request');
  const quick = new AbortController();
  const draining = drainEnvoy(admin, DRAIN_MS, quick.signal);
  quick.abort();
  expect(await draining).toBe(1);
  waiting[0]?.end();
  await answer;
});

test('an Envoy that is gone needs no draining', async () => {
  await envoy.close();
  expect(await drainEnvoy(admin, DRAIN_MS, patient)).toBe(0);
});
