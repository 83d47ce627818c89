import { beforeEach, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';
import { until } from '../../../test/support/until.ts';
import type { Injection } from '../../jobs/index.ts';

const store = createMemoryJobStore();
const api = startTestApi(store);
let jobId: string;
let path: string;
beforeEach(async () => {
  await api.call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
  jobId = store.newest().jobId;
  path = `/claude/status/${jobId}`;
});

const complete = () =>
  store.play(
    jobId,
    {
      state: 'completed',
      attempts: 1,
      result: { text: 'done' },
      model: 'opus',
      startedAt: new Date(Date.parse(store.newest().createdAt) + 40).toISOString(),
      finishedAt: new Date(Date.parse(store.newest().createdAt) + 100).toISOString(),
    },
    { type: 'status', state: 'completed' },
  );

test('a waiting job has its place, and the answer says when to look again', async () => {
  const answer = await api.call(path);
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({
    jobId,
    state: 'queued',
    attempts: 0,
    position: 1,
    timings: { createdAt: store.newest().createdAt, queuedMs: expect.any(Number), runMs: 0 },
  });
  expect(answer.headers).toMatchObject({ 'retry-after': '2', 'cache-control': 'no-store' });
});

test('a job has what was added to its request', async () => {
  const injected: Injection[] = [
    { source: 'systemPrefix', from: 'tier', name: 'pro', sha256: 'ab12' },
    { source: 'skill', name: 'pdf', sha256: 'cd34' },
  ];
  store.play(jobId, { injected });
  expect((await api.call(path)).json()).toMatchObject({ injected });
  store.play(jobId, { injected: [] });
  expect((await api.call(path)).json()).not.toHaveProperty('injected');
});

test('a job has the id of its trace', async () => {
  store.play(jobId, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' });
  expect((await api.call(path)).json()).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c' });
});

test('a running job has no place', async () => {
  store.play(jobId, { state: 'running', attempts: 1 }, { type: 'status', state: 'running' });
  const answer = await api.call(path);
  expect(answer.json()).toMatchObject({ state: 'running', attempts: 1 });
  expect(answer.json()).not.toHaveProperty('position');
});

test('a completed job has its result, its model in a header too, and how long it took', async () => {
  complete();
  const answer = await api.call(path);
  expect(answer.json()).toMatchObject({
    state: 'completed',
    result: { text: 'done' },
    model: 'opus',
    timings: { queuedMs: 40, runMs: 60 },
  });
  expect(answer.headers['x-claude-model']).toBe('opus');
  expect(answer.headers).not.toHaveProperty('retry-after');
});

test('a failed job has its reason', async () => {
  const error = { code: 'timed_out', message: 'The job was not done after 300 s.' } as const;
  store.play(jobId, { state: 'failed', attempts: 2, error }, { type: 'status', state: 'failed' });
  expect((await api.call(path)).json()).toMatchObject({ state: 'failed', attempts: 2, error });
});

test('nothing of the request or its owner is shown', async () => {
  complete();
  const { text } = await api.call(path);
  expect(text).not.toContain('hello');
  expect(text).not.toContain('key_1');
});

test('with wait, the answer comes when the job has ended', async () => {
  const answer = api.call(`${path}?wait=30`);
  await until(() => store.waiting() > 0, 'the call waits');
  complete();
  expect((await answer).json()).toMatchObject({ state: 'completed' });
});

test('with wait, the answer comes when the time is up', async () => {
  expect((await api.call(`${path}?wait=0`)).json()).toMatchObject({ state: 'queued' });
});

test('HEAD answers as GET does, without a body', async () => {
  const answer = await api.call(path, { method: 'HEAD' });
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: '' });
});
