import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectRls, descriptor, type RlsClient, type RlsRequest } from '../support/ratelimit.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

/** Each limit is 60, and frees nothing while the test runs. */
const RULES = `
domain: shop
gatehouse: {denied: free}
descriptors:
  - {key: fixed_window, rate_limit: {unit: year, requests_per_unit: 60}}
  - {key: sliding_window, rate_limit: {algorithm: sliding_window, unit: day, requests_per_unit: 60}}
  - {key: token_bucket, rate_limit: {algorithm: token_bucket, unit: day, requests_per_unit: 1, burst: 60}}
  - {key: concurrency, rate_limit: {algorithm: concurrency, requests_per_unit: 60, lease: 1h}}
  - {key: quota, rate_limit: {algorithm: quota, period: year, requests_per_unit: 60}}
  - {key: small, rate_limit: {unit: year, requests_per_unit: 25}}
`;
const PROCESSES = 4;
const REQUESTS_EACH = 40;

let dir: string;
let redis: TestRedis;
let children: ChildProcess[] = [];
let clients: RlsClient[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-processes-'));
  const rules = join(dir, 'rules.yaml');
  await writeFile(rules, RULES);
  redis = await startTestRedis();
  const set = [
    'listen.ratelimit=127.0.0.1:0',
    'listen.ratelimitHttp=127.0.0.1:0',
    `redis.url=${redis.address.url}`,
    `ratelimit.files=${JSON.stringify([rules])}`,
    'envoy.ratelimitTimeout=20s',
  ];
  const program = new URL('../support/ratelimit-process.ts', import.meta.url);
  children = Array.from({ length: PROCESSES }, () => fork(program, [dir, ...set]));
  clients = await Promise.all(
    children.map(async (child) => {
      const [{ port }] = (await once(child, 'message')) as [{ port: number }];
      return connectRls(port);
    }),
  );
});
afterAll(async () => {
  for (const client of clients) client.close();
  await Promise.all(
    children.map((child) => {
      const gone = once(child, 'exit');
      child.disconnect();
      return gone;
    }),
  );
  await redis?.close();
  await rm(dir, { recursive: true, force: true });
});

async function admitted(request: RlsRequest): Promise<number> {
  const answers = await Promise.all(
    clients.flatMap((client) => Array.from({ length: REQUESTS_EACH }, () => client.check(request))),
  );
  return answers.filter(({ overallCode }) => overallCode === 'OK').length;
}

it.each(['fixed_window', 'sliding_window', 'token_bucket', 'concurrency', 'quota'])(
  'four processes admit exactly the limit between them: %s',
  async (algorithm) => {
    const request = { domain: 'shop', descriptors: [descriptor({ [algorithm]: 'x' })] };
    expect(await admitted(request)).toBe(60);
  },
);

it('four processes charge all buckets of a request or none', async () => {
  const [wide, narrow] = [descriptor({ fixed_window: 'pair' }), descriptor({ small: 'pair' })];
  expect(await admitted({ domain: 'shop', descriptors: [wide, narrow] })).toBe(25);
  const peek = descriptor({ fixed_window: 'pair' }, { hitsAddend: { value: 0 } });
  const answer = await clients[0]?.check({ domain: 'shop', descriptors: [peek] });
  expect(answer?.statuses[0]?.limitRemaining).toBe(35);
});
