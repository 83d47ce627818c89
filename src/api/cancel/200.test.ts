import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiOnRedis, startApiOnRedis } from '../../../test/support/api-on-redis.ts';
import { completed, overloaded, statesOf } from '../../../test/support/jobs.ts';
import { until } from '../../../test/support/until.ts';
import type { RunAttempt } from '../../jobs/index.ts';

let on: ApiOnRedis;
beforeAll(async () => {
  on = await startApiOnRedis('jobs.backoff=1h');
});
afterAll(() => on.close());

const cancel = (jobId: string, query = '') =>
  on.api.call(`/claude/jobs/${jobId}${query}`, { method: 'DELETE' });
const status = async (jobId: string) => (await on.api.call(`/claude/status/${jobId}`)).json();
const CANCELED = { state: 'canceled', error: { code: 'canceled', message: 'The job was canceled.' } };

async function withWorker(run: RunAttempt, test: () => Promise<void>): Promise<void> {
  const worker = on.jobs.work(run);
  await test().finally(() => worker.close(0));
}

test('a queued job is canceled, and no worker ever gets it', async () => {
  const jobId = await on.invoke();
  const answer = await cancel(jobId);
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ jobId, ...CANCELED, attempts: 0 });
  const ran: string[] = [];
  await withWorker(
    async (attempt) => {
      ran.push(attempt.jobId);
      return completed;
    },
    async () => {
      const next = await on.invoke('another');
      await on.jobs.store.waitForEnd(next, AbortSignal.timeout(10_000));
      expect(ran).toEqual([next]);
    },
  );
  expect(statesOf(await on.jobs.store.events(jobId, 0))).toEqual(['0:queued', '0:canceled']);
});

test('a running job is canceled at once, its attempt hears of it, and what it used is kept', async () => {
  const heard = Promise.withResolvers<unknown>();
  await withWorker(
    async (_, report, signal) => {
      await report({ type: 'text', text: 'begun' });
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      heard.resolve(signal.reason);
      await expect(report({ type: 'text', text: 'late' })).rejects.toMatchObject({
        code: 'attempt_superseded',
      });
      return { ...overloaded, error: { code: 'canceled', message: 'Stopped.' }, retryable: false };
    },
    async () => {
      const jobId = await on.invoke();
      await until(async () => (await status(jobId)).state === 'running', 'it runs');
      const before = performance.now();
      expect((await cancel(jobId)).json()).toMatchObject({ ...CANCELED, attempts: 1 });
      expect(await heard.promise).toBe('canceled');
      expect(performance.now() - before).toBeLessThan(1_000);
      await until(async () => (await status(jobId)).costUsd === 0.02, 'what it used is added');
      const events = await on.jobs.store.events(jobId, 0);
      expect(statesOf(events)).toEqual(['0:queued', '1:running', '1:canceled']);
      expect(events.filter(({ type }) => type === 'text')).toHaveLength(1);
    },
  );
});

test('a job between two attempts is canceled', async () => {
  await withWorker(
    async () => overloaded,
    async () => {
      const jobId = await on.invoke();
      await until(async () => {
        const job = await status(jobId);
        return job.state === 'queued' && job.attempts === 1;
      }, 'it waits for its second attempt');
      expect((await cancel(jobId)).json()).toMatchObject({
        ...CANCELED,
        retries: [{ attempt: 1, code: 'provider_overloaded', delayMs: 300_000 }],
      });
      expect(await on.jobs.store.outlook()).toMatchObject({ waiting: 0, running: 0 });
    },
  );
});

test('canceling twice, or a job that has ended, changes nothing', async () => {
  const canceled = await on.invoke();
  const first = (await cancel(canceled)).json();
  expect((await cancel(canceled)).json()).toEqual(first);
  await withWorker(
    async () => completed,
    async () => {
      const jobId = await on.invoke();
      await on.jobs.store.waitForEnd(jobId, AbortSignal.timeout(10_000));
      expect((await cancel(jobId)).json()).toMatchObject({ state: 'completed', result: { text: 'done' } });
    },
  );
});

test('with purge=true nothing of the job is left', async () => {
  await withWorker(
    async ({ artifacts }) => {
      await artifacts.save('a.txt', Readable.from(['content']));
      return completed;
    },
    async () => {
      const jobId = await on.invoke('heliotrope');
      await on.jobs.store.waitForEnd(jobId, AbortSignal.timeout(10_000));
      const { folder } = on.jobs.config.jobs.artifacts;
      expect(await readdir(String(folder))).toContain(jobId);
      expect((await cancel(jobId, '?purge=true')).json()).toMatchObject({ jobId, state: 'completed' });
      expect((await on.api.call(`/claude/status/${jobId}`)).status).toBe(404);
      expect((await on.redis.keys()).filter((key) => key.includes(jobId))).toEqual([]);
      expect(await readdir(String(folder))).not.toContain(jobId);
      expect((await on.api.call('/claude/jobs?limit=100')).text).not.toContain(jobId);
    },
  );
});

test('a running job that is purged is gone, and its worker is free for the next', async () => {
  await withWorker(
    async ({ request }, _report, signal) => {
      if (request.prompt === 'next') return completed;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw new Error('stopped');
    },
    async () => {
      const jobId = await on.invoke();
      await until(async () => (await status(jobId)).state === 'running', 'it runs');
      await cancel(jobId, '?purge=true');
      const next = await on.invoke('next');
      await on.jobs.store.waitForEnd(next, AbortSignal.timeout(10_000));
      await until(async () => (await on.jobs.store.outlook()).running === 0, 'nothing is leased');
    },
  );
});

test('any number of cancels at once make one end', async () => {
  const jobId = await on.invoke();
  const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(jobId)));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(statesOf(await on.jobs.store.events(jobId, 0))).toEqual(['0:queued', '0:canceled']);
});
