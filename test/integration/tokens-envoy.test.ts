import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkEnvoy } from '../../src/envoy/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { descriptor, startTestRatelimit, type TestRatelimit } from '../support/ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const ENVOY = readFileSync(join(ROOT, 'envoy/tokens.yaml'), 'utf8');
const RULES = readFileSync(join(ROOT, 'config/ratelimit/tokens-example.yaml'), 'utf8');
/** The figure of the rules; a client that has used one more is refused. */
const FIGURE = 99_999;

let stubs: StubUpstreams;
let redis: TestRedis;
let ratelimit: TestRatelimit & { close(): Promise<void> };
let envoy: TestEnvoy;
beforeAll(async () => {
  stubs = await startStubUpstreams();
  redis = await startTestRedis();
  // Years in place of hours, so that no window ends in the middle of a test.
  ratelimit = await startTestRatelimit({
    redis: redis.address,
    rules: [RULES.replace('unit: hour', 'unit: year')],
  });
  const ports: Record<string, number> = {
    9901: 0,
    8080: 0,
    9000: stubs.addresses.api.port,
    8081: ratelimit.port,
  };
  envoy = await startTestEnvoy({
    upstreams: stubs.addresses,
    edit: () =>
      ENVOY.replace('name: ingress', 'name: plain')
        .replaceAll(/port_value: (\d+)/g, (_, port: string) => `port_value: ${ports[port]}`)
        // A machine that is slow is not what is tested here.
        .replaceAll('0.5s', '10s'),
  });
});
beforeEach(() => stubs.reset());
afterAll(async () => {
  await envoy?.close();
  await ratelimit?.close();
  await redis?.close();
  await stubs?.close();
});

/** A request whose answer has these headers, when all that it is charged has been charged. */
async function ask(client: string, answer: Record<string, string> = {}): Promise<Response> {
  stubs.answer = (_, response) => response.writeHead(200, answer).end('done');
  const response = await fetch(`${envoy.url}/v1/chat`, { headers: { 'x-client-id': client } });
  await response.text();
  // Envoy calls when the request is done with, and drops the request only after that.
  await until(async () => (await active('http.ingress.downstream_rq_active')) === 0, 'the request is over');
  await until(async () => (await active('cluster.ratelimit.upstream_rq_active')) === 0, 'it is charged');
  return response;
}

async function active(gauge: string): Promise<number> {
  const answer = await fetch(`${envoy.adminUrl}/stats?filter=^${gauge}$`);
  return Number((await answer.text()).split(': ')[1]);
}

/** What the client has left of the figure, after some are given back. */
async function left(client: string, givenBack = 0): Promise<number | undefined> {
  const { statuses } = await ratelimit.check({
    domain: 'tokens',
    descriptors: [
      descriptor({ budget: 'tokens', client }, { hitsAddend: { value: givenBack }, isNegativeHits: true }),
    ],
  });
  return statuses[0]?.limitRemaining;
}

test('the real Envoy accepts envoy/tokens.yaml as it is', async () => {
  expect(await checkEnvoy(ENVOY)).toEqual({ ok: true });
});

test('an answer is charged what its upstream says that it used, and nothing before', async () => {
  const first = await ask('charged', { 'x-usage-tokens': '1234' });
  expect(first.status).toBe(200);
  expect(first.headers.get('x-ratelimit-remaining')).toBe(String(FIGURE));
  expect(await left('charged')).toBe(FIGURE - 1234);
  const second = await ask('charged', { 'x-usage-tokens': '766' });
  expect(second.headers.get('x-ratelimit-remaining')).toBe(String(FIGURE - 1234));
  expect(await left('charged')).toBe(FIGURE - 2000);
});

test('each client has a budget of its own', async () => {
  await ask('first', { 'x-usage-tokens': '100000' });
  expect((await ask('first')).status).toBe(429);
  expect((await ask('second')).status).toBe(200);
});

test('a request passes with one token left, and is refused when exactly all are used', async () => {
  await ask('exact', { 'x-usage-tokens': '99999' });
  expect((await ask('exact', { 'x-usage-tokens': '1' })).status).toBe(200);
  const refused = await ask('exact', { 'x-usage-tokens': '1' });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('an answer that goes beyond what is left is charged in full, a refused request nothing', async () => {
  await ask('beyond', { 'x-usage-tokens': '99000' });
  await ask('beyond', { 'x-usage-tokens': '50000' });
  const { length } = stubs.requests;
  for (let i = 0; i < 3; i += 1) {
    expect((await ask('beyond', { 'x-usage-tokens': '7' })).status).toBe(429);
  }
  expect(stubs.requests).toHaveLength(length);
  expect(await left('beyond', 100_000)).toBe(FIGURE - 49_000);
});

test.each<[string, Record<string, string>]>([
  ['no header', {}],
  ['no number in it', { 'x-usage-tokens': 'many' }],
  ['a negative number', { 'x-usage-tokens': '-5' }],
  ['more than 1,000,000,000, which Envoy does not take', { 'x-usage-tokens': '1000000001' }],
])('an answer with %s is charged nothing', async (name, headers) => {
  expect((await ask(name, headers)).status).toBe(200);
  expect(await left(name)).toBe(FIGURE);
});

test('an answer gives tokens back, and one that also charges does both', async () => {
  await ask('refunded', { 'x-usage-tokens': '5000' });
  await ask('refunded', { 'x-usage-refund': '4000' });
  expect(await left('refunded')).toBe(FIGURE - 1000);
  await ask('refunded', { 'x-usage-tokens': '300', 'x-usage-refund': '200' });
  expect(await left('refunded')).toBe(FIGURE - 1100);
});

test('a client that goes away before the answer begins is charged nothing', async () => {
  let arrived = false;
  stubs.answer = () => {
    arrived = true;
  };
  const going = new AbortController();
  const gone = fetch(`${envoy.url}/`, { headers: { 'x-client-id': 'gone' }, signal: going.signal });
  await until(() => arrived, 'the upstream has the request');
  going.abort();
  await expect(gone).rejects.toThrow();
  await ask('gone');
  expect(await left('gone')).toBe(FIGURE);
});

test('a client that goes away in the middle of the answer is charged', async () => {
  stubs.answer = (_, response) => {
    response.writeHead(200, { 'x-usage-tokens': '42' }).write('one of many');
  };
  const going = new AbortController();
  const headers = { 'x-client-id': 'going' };
  const response = await fetch(envoy.url, { headers, signal: going.signal });
  going.abort();
  await expect(response.text()).rejects.toThrow();
  await until(async () => (await left('going')) === FIGURE - 42, 'it is charged');
});

test.each([
  ['without the name of a client', {}],
  ['with an empty one', { 'x-client-id': '' }],
])('a request %s, which Envoy would not limit, goes no further', async (_, headers) => {
  expect((await fetch(envoy.url, { headers })).status).toBe(401);
  expect(stubs.requests).toEqual([]);
});
