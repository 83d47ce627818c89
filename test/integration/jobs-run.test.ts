import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { JobEvent } from '../../src/jobs/index.ts';
import { openRedis, redisKeys } from '../../src/redis/index.ts';
import {
  completed,
  overloaded,
  owner,
  startTestJobs,
  statesOf,
  submission,
  type TestJobs,
  usage,
} from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

let redis: TestRedis;
const started: TestJobs[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((jobs) => jobs.close()));
});
afterAll(() => redis.close());

async function jobsWith(...set: string[]) {
  const jobs = await startTestJobs(redis, ...set);
  started.push(jobs);
  return jobs;
}

test('an accepted job is queued, runs and completes with its result', async () => {
  const { store, work, submit } = await jobsWith();
  const jobId = await submit();
  expect(await store.get(jobId)).toMatchObject({ state: 'queued', attempts: 0, owner, lastSeq: 1 });
  work(async ({ attempt, request, timeoutMs }, report) => {
    expect({ attempt, request, timeoutMs }).toEqual({
      attempt: 1,
      request: { prompt: 'hello' },
      timeoutMs: 300_000,
    });
    await report({ type: 'text', text: 'wor' });
    await report({ type: 'text', text: 'king' });
    return completed;
  });
  expect(await store.waitForEnd(jobId, AbortSignal.timeout(10_000))).toBe(true);
  expect(await store.get(jobId)).toMatchObject({
    state: 'completed',
    attempts: 1,
    result: { text: 'done' },
    model: 'stand-in',
    usage,
    costUsd: 0.01,
  });
  const events = await store.events(jobId, 0);
  expect(events.map(({ seq, type }) => [seq, type])).toEqual([
    [1, 'status'],
    [2, 'status'],
    [3, 'text'],
    [4, 'text'],
    [5, 'result'],
    [6, 'status'],
  ]);
  expect(events[4]).toMatchObject({ type: 'result', result: { text: 'done' }, model: 'stand-in' });
  expect(statesOf(events)).toEqual(['0:queued', '1:running', '1:completed']);
  expect(await store.events(jobId, 5)).toHaveLength(1);
});

test('looking at a job does not read what was asked', async () => {
  const { keyPrefix, store, submit } = await jobsWith();
  const jobId = await submit('heliotrope');
  const admin = openRedis(redis.address, 'test-admin');
  await once(admin, 'ready');
  const monitor = await admin.monitor();
  const asked: string[][] = [];
  monitor.on('monitor', (_time: string, args: string[]) => void asked.push(args));
  const job = await store.get(jobId);
  await until(() => asked.some(([, key]) => key === redisKeys(keyPrefix).job(jobId)), 'Redis was asked');
  monitor.disconnect();
  admin.disconnect();
  expect(job).toMatchObject({ jobId, state: 'queued', owner });
  expect(job).not.toHaveProperty('request');
  expect(asked.map(([command]) => command?.toLowerCase())).toEqual(['hmget']);
  expect(asked[0]).not.toContain('request');
});

test('waiting jobs know their place', async () => {
  const { store, submit } = await jobsWith();
  const first = await submit();
  const second = await submit();
  expect([await store.position(first), await store.position(second)]).toEqual([1, 2]);
});

test('a full queue takes no more jobs, also not in a burst', async () => {
  const { store } = await jobsWith('jobs.maxQueued=3');
  const burst = await Promise.all(
    Array.from({ length: 10 }, (_, i) => store.accept(submission(`job ${i}`, `request-${i}`))),
  );
  expect(burst.filter(({ kind }) => kind === 'accepted')).toHaveLength(3);
  expect(burst.filter(({ kind }) => kind === 'queue_full')).toHaveLength(7);
});

test('a retryable failure goes back to the queue and only the last one is final', async () => {
  const { store, work, submit } = await jobsWith('jobs.attempts=3');
  const jobId = await submit();
  const begun: number[] = [];
  work(async ({ attempt }) => {
    begun.push(performance.now());
    return attempt < 3 ? overloaded : { ...overloaded, error: { code: 'provider_error', message: 'No.' } };
  });
  await store.waitForEnd(jobId, AbortSignal.timeout(20_000));
  expect(await store.get(jobId)).toMatchObject({
    state: 'failed',
    attempts: 3,
    error: { code: 'provider_error', message: 'No.' },
    usage: { input_tokens: 30, output_tokens: 15 },
    costUsd: 0.06,
  });
  const events = await store.events(jobId, 0);
  expect(statesOf(events)).toEqual([
    '0:queued',
    '1:running',
    '1:queued',
    '2:running',
    '2:queued',
    '3:running',
    '3:failed',
  ]);
  expect(events.filter(({ type }) => type === 'error')).toHaveLength(1);
  const [first = 0, second = 0, third = 0] = begun;
  expect(second - first).toBeGreaterThanOrEqual(20);
  expect(third - second).toBeGreaterThanOrEqual(40);
});

test('what was added to a request stays in its job, and what an attempt was given is that of the last', async () => {
  const { store, work } = await jobsWith();
  const header = { source: 'header', name: 'X-Repo', field: 'context.repository' } as const;
  const acceptance = await store.accept({ ...submission(), injected: [header] });
  if (acceptance.kind !== 'accepted') throw new Error(acceptance.kind);
  const { jobId } = acceptance.record;
  expect(await store.get(jobId)).toMatchObject({ injected: [header] });
  const skill = (name: string) => ({ source: 'skill', name, sha256: 'ab12' }) as const;
  work(async ({ attempt, recordInjected }) => {
    await recordInjected([skill(`of-attempt-${attempt}`)]);
    await recordInjected([skill('of-both')]);
    return attempt === 1 ? overloaded : completed;
  });
  await store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  expect(await store.get(jobId)).toMatchObject({
    state: 'completed',
    injected: [header, skill('of-attempt-2'), skill('of-both')],
  });
});

test('what an attempt was given is forgotten when the next begins', async () => {
  const { store, work, submit } = await jobsWith();
  const jobId = await submit();
  work(async ({ attempt, recordInjected }) => {
    if (attempt === 1) await recordInjected([{ source: 'skill', name: 'pdf', sha256: 'ab12' }]);
    return attempt === 1 ? overloaded : completed;
  });
  await store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  expect(await store.get(jobId)).toMatchObject({ state: 'completed', injected: [] });
});

test('a failure that is not retryable is final at once', async () => {
  const { store, work, submit } = await jobsWith('jobs.attempts=3');
  const jobId = await submit();
  work(async () => ({ ...overloaded, retryable: false }));
  await store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  expect(await store.get(jobId)).toMatchObject({ state: 'failed', attempts: 1 });
});

test('an attempt can write nothing once the job has its final state', async () => {
  const { store, work, submit } = await jobsWith();
  const jobId = await submit();
  let late: (() => Promise<void>) | undefined;
  work(async (_, report) => {
    late = () => report({ type: 'text', text: 'too late' });
    return completed;
  });
  await store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  await expect(late?.()).rejects.toMatchObject({ code: 'attempt_superseded' });
  expect((await store.events(jobId, 0)).filter(({ type }) => type === 'text')).toEqual([]);
});

test.each([
  ['completed', completed],
  ['failed', { ...overloaded, retryable: false }],
] as const)('of a job that has %s Redis keeps no word of what was asked', async (state, outcome) => {
  const { keyPrefix, store, work, submit } = await jobsWith();
  const jobId = await submit('heliotrope');
  const admin = openRedis(redis.address, 'test-admin');
  await once(admin, 'ready');
  const wholeOfRedis = async () => {
    const names = await admin.keys(`${keyPrefix}:*`);
    return (await Promise.all(names.map((name) => admin.dumpBuffer(name)))).join();
  };
  expect(await wholeOfRedis()).toContain('heliotrope');
  work(async () => outcome);
  await store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  expect(await store.get(jobId)).toMatchObject({ state });
  expect(await wholeOfRedis()).not.toContain('heliotrope');
  admin.disconnect();
});

test('a finished job is kept for the retention and leaves nothing behind', async () => {
  const { store, work, submit } = await jobsWith('jobs.retention=1s');
  const jobId = await submit();
  work(async () => completed);
  await store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  expect(await store.get(jobId)).toBeDefined();
  await until(async () => (await store.get(jobId)) === undefined, 'the record has expired');
  expect(await store.events(jobId, 0)).toEqual([]);
});

test('a waiting job does not expire', async () => {
  const { keyPrefix, submit } = await jobsWith();
  const jobId = await submit();
  const admin = openRedis(redis.address, 'test-admin');
  await once(admin, 'ready');
  const keys = redisKeys(keyPrefix);
  expect(await admin.pttl(keys.job(jobId))).toBe(-1);
  expect(await admin.pttl(keys.jobEvents(jobId))).toBe(-1);
  admin.disconnect();
});

test('while the provider is parked no job begins and no attempt is spent, and then they go on', async () => {
  const { store, work, submit } = await jobsWith();
  const jobId = await submit();
  let asked = 0;
  let parked = true;
  work(
    async () => completed,
    () => {
      asked += 1;
      return parked ? { kind: 'parked', untilMs: Date.now() + 60_000 } : { kind: 'open' };
    },
  );
  await until(() => asked > 2, 'the worker has looked several times');
  expect(await store.get(jobId)).toMatchObject({ state: 'queued', attempts: 0 });
  parked = false;
  expect(await store.waitForEnd(jobId, AbortSignal.timeout(10_000))).toBe(true);
  expect(await store.get(jobId)).toMatchObject({ state: 'completed', attempts: 1 });
});

test('closing lets a running job finish within the grace', async () => {
  const { store, work, submit } = await jobsWith();
  const jobId = await submit();
  const finish = Promise.withResolvers<void>();
  const worker = work(async () => {
    await finish.promise;
    return completed;
  });
  await until(async () => (await store.get(jobId))?.state === 'running', 'the job runs');
  const closed = worker.close(10_000);
  finish.resolve();
  await closed;
  expect(await store.get(jobId)).toMatchObject({ state: 'completed' });
});

test('closing hands a job that takes longer back, and the next worker takes it at once', async () => {
  const { store, work, submit } = await jobsWith('jobs.attempts=1');
  const jobId = await submit();
  const worker = work(async (_, report, signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await report({ type: 'text', text: 'still here' });
    return { ...overloaded, error: { code: 'canceled', message: 'aborted' }, retryable: false };
  });
  await until(async () => (await store.get(jobId))?.state === 'running', 'the job runs');
  await worker.close(0);
  expect(await store.get(jobId)).toMatchObject({ state: 'queued', attempts: 1 });
  expect(await store.position(jobId)).toBe(1);
  work(async () => completed);
  await store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  expect(await store.get(jobId)).toMatchObject({ state: 'completed', attempts: 2 });
});

test('a follower gets each event without asking, and ends with the job', async () => {
  const { store, work, submit } = await jobsWith();
  const jobId = await submit();
  const step = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  work(async (_, report) => {
    for (const { promise } of step) {
      await promise;
      await report({ type: 'text', text: 'step' });
    }
    return completed;
  });
  const follow = (afterSeq: number) => store.follow(jobId, { afterSeq, signal: AbortSignal.timeout(10_000) });
  const [first, second] = [follow(0), follow(2)];
  const seqs = (step: IteratorResult<JobEvent[], void>) =>
    step.done ? [] : step.value.map(({ seq }) => seq);
  let seen = 0;
  while (seen < 2) seen = seqs(await first.next()).at(-1) ?? Number.NaN;
  const waiting = Promise.all([first.next(), second.next()]);
  step[0]?.resolve();
  expect((await waiting).map(seqs)).toEqual([[3], [3]]);
  const next = first.next();
  step[1]?.resolve();
  expect(seqs(await next)).toContain(4);
  for await (const events of second) seen = events.at(-1)?.seq ?? Number.NaN;
  expect(seen).toBe((await store.get(jobId))?.lastSeq);
  await first.return();
});

test('a follower is told of silence, and ends with its signal or where the job is gone', async () => {
  const { store, submit } = await jobsWith();
  const jobId = await submit();
  const ending = new AbortController();
  const following = store.follow(jobId, { afterSeq: 1, signal: ending.signal, silentMs: 20 });
  expect(await following.next()).toEqual({ done: false, value: [] });
  expect(await following.next()).toEqual({ done: false, value: [] });
  const next = following.next();
  ending.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  const gone = store.follow('no-such-job', { afterSeq: 0, signal: AbortSignal.timeout(10_000) });
  expect(await gone.next()).toEqual({ done: true, value: undefined });
});

test('a follower that has read all of a job that has ended ends', async () => {
  const { store, work, submit } = await jobsWith();
  const jobId = await submit();
  work(async () => completed);
  await store.waitForEnd(jobId, AbortSignal.timeout(10_000));
  const afterSeq = (await store.get(jobId))?.lastSeq ?? 0;
  const following = store.follow(jobId, { afterSeq, signal: AbortSignal.timeout(10_000) });
  expect(await following.next()).toEqual({ done: true, value: undefined });
});

test('a waiter whose signal ends gets false, and one for an unknown job true', async () => {
  const { store, submit } = await jobsWith();
  const jobId = await submit();
  expect(await store.waitForEnd(jobId, AbortSignal.timeout(20))).toBe(false);
  expect(await store.waitForEnd('no-such-job', AbortSignal.timeout(10_000))).toBe(true);
});
