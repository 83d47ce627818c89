import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startAuthz, withBlocklistAdministration, withKeyAdministration } from '../../src/authz/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { connected, openRedis, redisKeys } from '../../src/redis/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { openCheckClient } from '../support/check-client.ts';
import { completed, overloaded, startTestJobs, statesOf } from '../support/jobs.ts';
import { messageRequest, startFakeProvider } from '../support/model-provider.ts';
import { startTestCluster, type TestCluster } from '../support/redis-processes.ts';
import { until } from '../support/until.ts';
import { openWorkerProxy } from '../support/worker-proxy.ts';

/** Below what a cached answer may live for, so that only an announcement can be in time. */
const SOON_MS = 8_000;

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
}, 120_000);
afterAll(() => cluster?.close());

const nodes = () => cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));

test('jobs are queued, fail, are tried again and complete where redis.cluster is everything’s Redis', async () => {
  const jobs = await startTestJobs({ address: { cluster: { nodes: nodes() } } });
  onTestFinished(() => jobs.close());
  const attempts = new Set<string>();
  jobs.work(async ({ jobId }, report) => {
    if (!attempts.has(jobId)) {
      attempts.add(jobId);
      return overloaded;
    }
    await report({ type: 'text', text: 'done' });
    return completed;
  });
  // As many as lie on all of the nodes.
  const ids = await Promise.all(Array.from({ length: 12 }, () => jobs.submit()));
  for (const id of ids) {
    expect(await jobs.store.waitForEnd(id, AbortSignal.timeout(30_000))).toBe(true);
    expect(statesOf(await jobs.store.events(id, 0))).toEqual(expect.arrayContaining(['2:completed']));
  }
});

test('API keys are taken, revoked and blocked at once where redis.cluster is everything’s Redis', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-cluster-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  for (const name of ['hash-key', 'assertion-key']) {
    await writeFile(join(dir, name), randomBytes(32).toString('hex'));
  }
  const config = loadConfig({
    dataDir: dir,
    cwd: dir,
    set: [
      'listen.authz=127.0.0.1:0',
      'listen.authzHttp=127.0.0.1:0',
      `redis.cluster.nodes=${JSON.stringify(nodes().map(({ host, port }) => `${host}:${port}`))}`,
      'identity.apiKeys.hashKeyFile=hash-key',
      'identity.assertion.keyFile=assertion-key',
    ],
  });
  const authz = await startAuthz({ config, logger: silentLogger });
  onTestFinished(() => authz.close(0));
  const client = openCheckClient(authz.port);
  onTestFinished(() => client.close());
  const isAllowed = async (key: string) =>
    'ok_response' in
    (await client.check({ method: 'GET', path: '/claude/status/1', headers: { 'x-api-key': key } }));

  const [revoked, blocked] = await withKeyAdministration(config, 'test', (keys) =>
    Promise.all(['service-a', 'service-b'].map((name) => keys.createKey({ client: name }))),
  );
  if (revoked === undefined || blocked === undefined) throw new Error('two keys were made');
  expect(await isAllowed(revoked.key)).toBe(true);
  expect(await isAllowed(blocked.key)).toBe(true);

  await withKeyAdministration(config, 'test', (keys) => keys.revokeKey(revoked.id));
  await until(async () => !(await isAllowed(revoked.key)), 'the revoked key is refused', SOON_MS);
  await withBlocklistAdministration(config, 'test', (blocklist) =>
    blocklist.block({ target: { kind: 'key_id', value: blocked.id } }),
  );
  await until(async () => !(await isAllowed(blocked.key)), 'the blocked key is refused', SOON_MS);
});

test('what tenants spend and what is known of providers is shared where redis.cluster is everything’s Redis', async () => {
  const redis = openRedis({ cluster: { nodes: nodes() } }, 'test-model');
  onTestFinished(() => redis.disconnect());
  await connected(redis, 10_000);
  const upstream = await startFakeProvider((request, response) => {
    request.resume();
    const answers = upstream.requests.length === 1;
    response.writeHead(answers ? 200 : 429, answers ? {} : { 'retry-after': '60' });
    response.end('{"stop_reason":"end_turn","usage":{"output_tokens":100000}}');
  });
  onTestFinished(() => upstream.close());
  const open = async () => {
    const proxy = await openWorkerProxy({
      model: { provider: 'anthropic', baseUrl: upstream.url },
      budgets: { tiers: { pro: { day: 100 } } },
      attempt: { model: 'sonnet' },
      surroundings: { store: { redis, keys: redisKeys('test-model') } },
    });
    onTestFinished(() => proxy.close());
    return proxy;
  };
  const [one, two] = [await open(), await open()];
  const ask = async () => {
    const answer = await one.worker.send({ body: messageRequest({ model: 'claude-sonnet-5-5' }) });
    await answer.body.dump();
  };
  await ask();
  const [day = ''] = new Date().toISOString().split('T');
  const key = redisKeys('test-model').spending('acme', day);
  await until(async () => (await redis.get(key)) === '1000000000', 'the answer is charged');
  await ask();
  await until(() => two.provider.availability().kind === 'parked', 'the other process knows');
});
