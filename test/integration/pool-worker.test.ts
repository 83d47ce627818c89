import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { type JobRecord, type JobStore, openJobStore } from '../../src/jobs/index.ts';
import { startWorker, type WorkerRole } from '../../src/pool/index.ts';
import { openRedis, redisKeys } from '../../src/redis/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { submission } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

let redis: TestRedis;
let store: JobStore;
let worker: WorkerRole;
let dataDir: string;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-test-worker-'));
  chmodSync(dataDir, 0o711);
  const set = [
    `redis.url=${redis.address.url}`,
    'jobs.backoff=10ms',
    'model.provider=stand-in',
    'listen.workerHttp=127.0.0.1:0',
    'budgets.tenants={spendthrift: {day: 0.5}, careless: {day: 0.5}}',
  ];
  const config = loadConfig({ dataDir, cwd: dataDir, set });
  store = await openJobStore({ address: redis.address, config, logger: silentLogger, now: Date.now });
  worker = await startWorker({ config, logger: silentLogger });
});
afterEach(async () => {
  await worker.close(0);
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function finished(prompt: string, tenant = 'default'): Promise<JobRecord | undefined> {
  const { owner, ...rest } = submission(prompt, 'request-1');
  const acceptance = await store.accept({ ...rest, owner: { ...owner, tenant } });
  if (acceptance.kind !== 'accepted') throw new Error(acceptance.kind);
  await store.waitForEnd(acceptance.record.jobId, AbortSignal.timeout(45_000));
  return store.get(acceptance.record.jobId);
}

test('a job from the queue is run and its result can be read', async () => {
  expect(worker.model).toBe('stand-in');
  expect(await finished('stand-in: say hello from the queue')).toMatchObject({
    state: 'completed',
    result: { text: 'hello from the queue' },
    model: 'stand-in',
    attempts: 1,
  });
});

test('a job that fails for good is not tried again, and says why', async () => {
  expect(await finished('stand-in: error 401')).toMatchObject({
    state: 'failed',
    error: { code: 'provider_auth', message: 'The stand-in model was asked for error 401.' },
    attempts: 1,
  });
});

test('a job that another attempt may help is tried again', async () => {
  expect(await finished('stand-in: error 529')).toMatchObject({
    state: 'failed',
    error: { code: 'provider_overloaded' },
    attempts: 2,
  });
});

test('a job of a tenant whose budget is used up does not start, and others do', async () => {
  const dear = 'stand-in: usage input=0 output=100000\nstand-in: say dear';
  expect(await finished(dear, 'spendthrift')).toMatchObject({ state: 'completed', costUsd: 1 });
  expect(await finished(dear, 'spendthrift')).toMatchObject({
    state: 'failed',
    error: {
      code: 'budget_exceeded',
      message: expect.stringContaining('The budget of 0.5 US dollars for a day'),
    },
    attempts: 1,
  });
  expect(await finished(dear)).toMatchObject({ state: 'completed' });
});

test('a job is ended at its next model request once its tenant has used its budget up', async () => {
  const prompt = 'stand-in: usage input=0 output=100000\nstand-in: bash true\nstand-in: say never';
  expect(await finished(prompt, 'careless')).toMatchObject({
    state: 'failed',
    error: { code: 'budget_exceeded' },
    costUsd: 1,
  });
});

test('no job begins while the provider wants a pause, and those that waited are run after it', async () => {
  const first = finished('stand-in: error 429 once retry-after 3\nstand-in: say at last');
  const connection = openRedis(redis.address, 'test-pause');
  const key = redisKeys('gatehouse').modelAvailability;
  await until(async () => (await connection.get(key).catch(() => null)) !== null, 'the pause is told');
  const { untilMs } = JSON.parse((await connection.get(key)) ?? '{"untilMs":0}') as { untilMs: number };
  connection.disconnect();
  const second = await finished('stand-in: say me too');
  expect(second).toMatchObject({ state: 'completed', attempts: 1 });
  expect(Date.parse(second?.startedAt ?? '')).toBeGreaterThanOrEqual(untilMs);
  expect(await first).toMatchObject({ state: 'completed', attempts: 1, result: { text: 'at last' } });
});
