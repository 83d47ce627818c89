import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startApi } from '../../src/api/index.ts';
import { type Config, loadConfig } from '../../src/config/index.ts';
import {
  consumeJobs,
  createRunMetrics,
  createSubmissionMetrics,
  type JobConsumer,
  type JobStore,
  openJobStore,
  type RunAttempt,
  withJobAdministration,
} from '../../src/jobs/index.ts';
import {
  createMetrics,
  familiesOf,
  type Metrics,
  parseExposition,
  silentLogger,
  sumMetrics,
} from '../../src/telemetry/index.ts';
import { recordedSpans } from '../support/recorded-spans.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const OWNER = { tenant: 'default', client: 'service-a', tier: 'pro', keyId: 'k' };

const NOTHING_USED = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
};

let redis: TestRedis;
let dir: string;
let config: Config;
let store: JobStore;
let metrics: Metrics;
let runs: Metrics;
let consumer: JobConsumer | undefined;
let closeApi: (() => Promise<void>) | undefined;
const { spans, tracer } = recordedSpans();

beforeEach(async () => {
  redis = await startTestRedis();
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-metrics-'));
  const keyFile = join(dir, 'assertion.key');
  await writeFile(keyFile, randomBytes(32).toString('hex'));
  config = loadConfig({
    dataDir: dir,
    cwd: dir,
    set: [
      ...['api', 'apiHttp'].map((name) => `listen.${name}=127.0.0.1:0`),
      ...[`redis.url=${redis.address.url}`, `identity.assertion.keyFile=${keyFile}`],
      ...['jobs.backoff=10ms', 'jobs.maxQueued=2'],
    ],
  });
  metrics = await createMetrics();
  runs = await createMetrics();
  store = await openJobStore({
    ...{ address: redis.address, config, logger: silentLogger, now: Date.now },
    telling: { tracer, metrics: createSubmissionMetrics(metrics) },
  });
});
afterEach(async () => {
  await consumer?.close(0);
  consumer = undefined;
  await closeApi?.();
  closeApi = undefined;
  await store.close();
  await redis.close();
  spans.length = 0;
  await rm(dir, { recursive: true, force: true });
});

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const submission = (prompt: string) => ({
  ...{ owner: OWNER, permissions: {}, request: { prompt }, requestId: 'r', traceparent: TRACEPARENT },
});
const submit = (prompt: string) => store.accept(submission(prompt));

async function submitted(prompt: string): Promise<string> {
  const acceptance = await submit(prompt);
  if (acceptance.kind !== 'accepted') throw new Error(acceptance.kind);
  return acceptance.record.jobId;
}

function work(run: RunAttempt): void {
  const options = { address: redis.address, config, logger: silentLogger, now: Date.now };
  consumer = consumeJobs(
    { ...options, metrics: createRunMetrics(runs), availability: () => ({ kind: 'open' }) },
    run,
  );
}

async function counted(name: string): Promise<Record<string, number>> {
  const report = await sumMetrics([
    await metrics.registry.getMetricsAsJSON(),
    await runs.registry.getMetricsAsJSON(),
  ]);
  const family = familiesOf(report).find((each) => each.name === name);
  return Object.fromEntries(
    (family?.samples ?? []).map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  );
}

test('jobs are counted as they come in, are turned away, and end, by state and reason', async () => {
  const canceled = await submit('cancel');
  await submit('work');
  expect((await submit('one too many')).kind).toBe('queue_full');
  if (canceled.kind !== 'accepted') throw new Error('not accepted');
  await store.cancel(canceled.record.jobId);
  await store.cancel(canceled.record.jobId);
  await submit('fail');
  work(async ({ request }) =>
    request.prompt === 'fail'
      ? { kind: 'failed', error: { code: 'model_refused', message: 'No.' }, retryable: false }
      : { kind: 'completed', text: 'done', model: 'm', usage: NOTHING_USED, costUsd: 0 },
  );
  const ended = { 'canceled canceled': 1, 'completed none': 1, 'failed model_refused': 1 };
  await until(
    async () => Object.keys(await counted('gatehouse_jobs_ended_total')).length === 3,
    'all jobs have ended',
  );
  expect(await counted('gatehouse_jobs_ended_total')).toEqual(ended);
  expect(await counted('gatehouse_jobs_accepted_total')).toEqual({ pro: 3 });
  expect(await counted('gatehouse_jobs_refused_total')).toEqual({ queue_full: 1 });
});

/** Another process's store, which counts with the runs'. */
function openOther(config: Config): Promise<JobStore> {
  const telling = { tracer, metrics: createSubmissionMetrics(runs) };
  return openJobStore({ address: redis.address, config, logger: silentLogger, now: Date.now, telling });
}

test('what an operator cancels or removes is counted once and has its spans, whichever api tells them', async () => {
  await withJobAdministration(config, async (jobs) => {
    await jobs.end(await submitted('a'), 'cancel', 'cli:root');
    await jobs.end(await submitted('b'), 'purge', 'cli:root');
  });
  expect(await counted('gatehouse_jobs_ended_total')).toEqual({});
  const other = await openOther(config);
  const told = await Promise.all([store, other, store].map((each) => each.tellLeftEnds()));
  await other.close();
  expect(told.reduce((sum, count) => sum + count)).toBe(2);
  expect(await counted('gatehouse_jobs_ended_total')).toEqual({ 'canceled canceled': 2 });
  expect(spans.map(({ name, error }) => [name, error]).sort()).toEqual([
    ['job', 'canceled'],
    ['job', 'canceled'],
    ['queue wait', 'canceled'],
    ['queue wait', 'canceled'],
  ]);
});

test('a job that expires is counted and has its spans', async () => {
  const other = await openOther({
    ...config,
    jobs: { ...config.jobs, maxWait: { ...config.jobs.maxWait, ms: 1 } },
  });
  await other.accept(submission('late'));
  await until(async () => (await other.expire()) === 1, 'it is expired');
  await other.close();
  expect(await counted('gatehouse_jobs_ended_total')).toEqual({ 'expired expired_in_queue': 1 });
  expect(spans.map(({ name, error }) => [name, error])).toEqual([
    ['queue wait', 'expired_in_queue'],
    ['job', 'expired_in_queue'],
  ]);
});

test('the api counts what an operator has ended by itself', async () => {
  const api = await startApi({ config, logger: silentLogger });
  closeApi = () => api.close(0);
  const jobId = await submitted('a');
  await withJobAdministration(config, (jobs) => jobs.end(jobId, 'cancel', 'cli:root'));
  const metricsOfApi = async () => (await fetch(`http://127.0.0.1:${api.httpPort}/metrics`)).text();
  const sample = 'gatehouse_jobs_ended_total{state="canceled",reason="canceled"} 1';
  await until(async () => (await metricsOfApi()).includes(sample), 'the end is counted');
});

test('the api shows how many jobs are where, and for how long the oldest has waited', async () => {
  const api = await startApi({ config, logger: silentLogger });
  closeApi = () => api.close(0);
  const read = async (name: string) => {
    const answer = await fetch(`http://127.0.0.1:${api.httpPort}/metrics`);
    const family = parseExposition(await answer.text()).find((each) => each.name === name);
    return family?.samples.map(({ labels, value }) => [labels.place, value]);
  };
  const depth = () => read('gatehouse_jobs_queued');
  const oldestS = async () => (await read('gatehouse_jobs_oldest_wait_seconds'))?.[0]?.[1] as number;
  expect(await depth()).toEqual([
    ['waiting', 0],
    ['delayed', 0],
    ['running', 0],
  ]);
  expect(await oldestS()).toBe(0);
  await submit('a');
  await submit('b');
  expect(await depth()).toContainEqual(['waiting', 2]);
  const firstS = await oldestS();
  // What is told was looked at for that very answer.
  expect(firstS).toBeGreaterThan(0);
  await until(async () => (await oldestS()) > firstS + 0.05, 'the oldest job grows older');
  work(async () => new Promise(() => {}));
  await until(async () => (await depth())?.[2]?.[1] === 2, 'both run');
  expect(await oldestS()).toBe(0);
});

test('while Redis is away the queue is not shown, rather than as empty', async () => {
  const api = await startApi({ config, logger: silentLogger });
  closeApi = () => api.close(0);
  await redis.kill();
  const answer = await fetch(`http://127.0.0.1:${api.httpPort}/metrics`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).not.toMatch(/^gatehouse_jobs_(queued|oldest_wait_seconds|worker_places)[ {]/m);
});
