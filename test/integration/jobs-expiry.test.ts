import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiOnRedis, startApiOnRedis } from '../support/api-on-redis.ts';
import { completed, overloaded, statesOf } from '../support/jobs.ts';
import { until } from '../support/until.ts';

let on: ApiOnRedis;
beforeAll(async () => {
  on = await startApiOnRedis('jobs.maxWait=1ms');
});
afterAll(() => on.close());

test('a job that no worker takes in time has expired, says so, and leaves the queue', async () => {
  const jobId = await on.invoke();
  await until(async () => (await on.jobs.store.expire()) === 1, 'it is expired');
  expect((await on.api.call(`/claude/status/${jobId}`)).json()).toMatchObject({
    state: 'expired',
    error: { code: 'expired_in_queue', message: 'No worker was free in time.' },
  });
  expect(statesOf(await on.jobs.store.events(jobId, 0))).toEqual(['0:queued', '0:expired']);
  expect(await on.jobs.store.outlook()).toMatchObject({ waiting: 0 });
});

test('a job that has begun does not expire, also between two attempts', async () => {
  let attempts = 0;
  const worker = on.jobs.work(async () => {
    attempts += 1;
    return attempts === 1 ? { ...overloaded, retryAfterMs: 500 } : completed;
  });
  const jobId = await on.invoke();
  await until(async () => (await on.jobs.store.get(jobId))?.retries?.length === 1, 'it waits again');
  expect(await on.jobs.store.expire()).toBe(0);
  await on.jobs.store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  expect(await on.jobs.store.get(jobId)).toMatchObject({ state: 'completed', attempts: 2 });
  await worker.close(0);
});
