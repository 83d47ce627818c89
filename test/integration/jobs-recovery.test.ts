import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRedis, type Redis, redisKeys } from '../../src/redis/index.ts';
import { completed, startTestJobs, statesOf, submission, type TestJobs } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

let redis: TestRedis;
const started: TestJobs[] = [];

beforeEach(async () => {
  redis = await startTestRedis();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((jobs) => jobs.close()));
  await redis.close();
});

async function jobsWith(...set: string[]) {
  const jobs = await startTestJobs(redis, ...set);
  started.push(jobs);
  return jobs;
}

async function openAdmin(): Promise<Redis> {
  const admin = openRedis(redis.address, 'test-admin');
  admin.on('error', () => {});
  await once(admin, 'ready');
  return admin;
}

/** Starts a worker process, waits until it runs a job, and kills it. */
async function runInKilledWorker(keyPrefix: string): Promise<void> {
  const script = fileURLToPath(new URL('../support/hanging-worker.ts', import.meta.url));
  const child = fork(script, [redis.address.url, keyPrefix], { execArgv: [] });
  await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a job whose worker was killed is run again under the next attempt number', async () => {
  const { store, keyPrefix, submit, work } = await jobsWith();
  const jobId = await submit();
  await runInKilledWorker(keyPrefix);
  expect(await store.get(jobId)).toMatchObject({ state: 'running', attempts: 1 });
  work(async ({ attempt }) => ({ ...completed, text: `attempt ${attempt}` }));
  expect(await store.waitForEnd(jobId, AbortSignal.timeout(20_000))).toBe(true);
  expect(await store.get(jobId)).toMatchObject({
    state: 'completed',
    attempts: 2,
    result: { text: 'attempt 2' },
  });
  expect(statesOf(await store.events(jobId, 0))).toEqual([
    '0:queued',
    '1:running',
    '2:running',
    '2:completed',
  ]);
});

test('a job that takes its worker down on every attempt fails as worker_crashed', async () => {
  const { store, keyPrefix, submit, work } = await jobsWith('jobs.attempts=2');
  const jobId = await submit();
  await runInKilledWorker(keyPrefix);
  await runInKilledWorker(keyPrefix);
  work(async () => completed);
  expect(await store.waitForEnd(jobId, AbortSignal.timeout(20_000))).toBe(true);
  expect(await store.get(jobId)).toMatchObject({
    state: 'failed',
    attempts: 2,
    error: { code: 'worker_crashed' },
  });
});

test('an attempt that is no longer the current one can write nothing', async () => {
  const { store, keyPrefix, submit, work } = await jobsWith('jobs.attempts=3');
  const jobId = await submit();
  const admin = await openAdmin();
  const told = Promise.withResolvers<{ code: string; aborted: boolean }>();
  work(async ({ attempt }, report, signal) => {
    if (attempt > 1) return completed;
    await report({ type: 'text', text: 'first' });
    // As if another worker had begun the next attempt.
    await admin.hincrby(redisKeys(keyPrefix).job(jobId), 'attempts', 1);
    const code = await report({ type: 'text', text: 'late' }).then(
      () => 'written',
      (error) => error.code,
    );
    told.resolve({ code, aborted: signal.aborted });
    return { ...completed, text: 'of the old attempt' };
  });
  expect(await told.promise).toEqual({ code: 'attempt_superseded', aborted: true });
  expect(await store.waitForEnd(jobId, AbortSignal.timeout(20_000))).toBe(true);
  expect(await store.get(jobId)).toMatchObject({ result: { text: 'done' }, attempts: 3 });
  const texts = (await store.events(jobId, 0)).filter(({ type }) => type === 'text');
  expect(texts).toMatchObject([{ text: 'first' }]);
  admin.disconnect();
});

test('an attempt whose lock is lost is aborted, and the job runs again', async () => {
  const { store, keyPrefix, submit, work } = await jobsWith('jobs.attempts=1');
  const jobId = await submit();
  const admin = await openAdmin();
  work(async ({ attempt }, _, signal) => {
    if (attempt > 1) return completed;
    // As if it had been given to another worker.
    await admin.hset(redisKeys(keyPrefix).queue.holders, jobId, 'of another worker');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    throw new Error('stopped');
  });
  expect(await store.waitForEnd(jobId, AbortSignal.timeout(20_000))).toBe(true);
  expect(await store.get(jobId)).toMatchObject({ state: 'completed', attempts: 2 });
  admin.disconnect();
});

test('a job survives a crash of Redis while it runs, and nothing needs a restart', async () => {
  const { store, submit, work } = await jobsWith();
  const crash = Promise.withResolvers<void>();
  const jobId = await submit();
  work(async ({ request }, report) => {
    if (request.prompt === 'hello') {
      await report({ type: 'text', text: 'before' });
      await crash.promise;
      await report({ type: 'text', text: 'after' });
    }
    return completed;
  });
  const end = store.waitForEnd(jobId, AbortSignal.timeout(30_000));
  await until(async () => (await store.events(jobId, 2)).length === 1, 'the first text is written');
  // Redis writes its log to the disk once a second; a crash may lose less than that.
  const admin = await openAdmin();
  await until(async () => {
    const info = await admin.info('persistence');
    return /aof_pending_bio_fsync:0/.test(info) && /aof_buffer_length:0/.test(info);
  }, 'the log is on the disk');
  admin.disconnect();
  await redis.kill();
  await expect(store.get(jobId)).rejects.toMatchObject({ code: 'store_unavailable' });
  await expect(store.accept(submission('x', 'r'))).rejects.toMatchObject({
    code: 'store_unavailable',
  });
  crash.resolve();
  await redis.start();
  expect(await end).toBe(true);
  const events = await store.events(jobId, 0);
  expect(await store.get(jobId)).toMatchObject({ state: 'completed', result: { text: 'done' } });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const next = await submit('another');
  expect(await store.waitForEnd(next, AbortSignal.timeout(20_000))).toBe(true);
});

test('what happened while the subscription was cut is not missed', async () => {
  const { store, keyPrefix, submit } = await jobsWith();
  const jobId = await submit();
  const admin = await openAdmin();
  const looks = async () => Number(/cmdstat_hmget:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1]);
  const before = await looks();
  const following = store.follow(jobId, { afterSeq: 1, signal: AbortSignal.timeout(10_000) });
  const next = following.next();
  await until(async () => (await looks()) > before, 'it has looked once, and waits');
  // In one step, so that nobody can have subscribed again when it happens.
  await admin
    .multi()
    .client('KILL', 'TYPE', 'PUBSUB')
    .xadd(redisKeys(keyPrefix).jobEvents(jobId), '2-0', 'at', '', 'attempt', '1', 'event', '{"type":"text"}')
    .exec();
  expect((await next).value).toMatchObject([{ seq: 2, type: 'text' }]);
  await following.return();
  admin.disconnect();
});

test('a store that was opened without Redis works once Redis is there', async () => {
  await redis.kill();
  const { store } = await jobsWith();
  await expect(store.accept(submission('x', 'r'))).rejects.toMatchObject({
    code: 'store_unavailable',
  });
  await redis.start();
  await until(
    () =>
      store.accept(submission('x', 'r')).then(
        () => true,
        () => false,
      ),
    'a job is accepted',
  );
});

test('a worker that was started without Redis works once Redis is there', async () => {
  await redis.kill();
  const { store, submit, work } = await jobsWith();
  work(async () => completed);
  await redis.start();
  await until(
    () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    'the store is connected',
  );
  const jobId = await submit();
  expect(await store.waitForEnd(jobId, AbortSignal.timeout(20_000))).toBe(true);
});

test('closing without Redis ends within the grace and a little', async () => {
  const { submit, store, work } = await jobsWith();
  const jobId = await submit();
  const worker = work(() => new Promise(() => {}));
  await until(async () => (await store.get(jobId))?.state === 'running', 'the job runs');
  await redis.kill();
  const before = performance.now();
  await worker.close(0);
  expect(performance.now() - before).toBeLessThan(8_000);
});

test('a job that cannot be put in the queue leaves no record', async () => {
  const { store, keyPrefix } = await jobsWith();
  const admin = await openAdmin();
  const keys = redisKeys(keyPrefix);
  // Entering the queue fails, after the record was written.
  await admin.hset(keys.queue.counts, 'turn', 'not a number');
  await expect(store.accept(submission('x', 'r'))).rejects.toThrow('not an integer');
  expect(await admin.keys(`${keyPrefix}:{job:*`)).toEqual([]);
  admin.disconnect();
});
