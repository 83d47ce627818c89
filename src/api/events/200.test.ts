import { beforeEach, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';
import { until } from '../../../test/support/until.ts';

const store = createMemoryJobStore();
const { call } = startTestApi(store);
let jobId: string;
beforeEach(async () => {
  await call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
  jobId = store.newest().jobId;
});

const follow = (headers = {}) => call(`/claude/jobs/${jobId}/events`, { headers });
const ids = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
const end = () => store.play(jobId, { state: 'completed' }, { type: 'status', state: 'completed' });

test('the events of a job that has ended come at once', async () => {
  store.play(jobId, {}, { type: 'text', text: 'a' });
  end();
  const { status, headers, text } = await follow();
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/event-stream');
  expect(ids(text)).toEqual([1, 2, 3]);
});

test('with Last-Event-ID the stream goes on after that event', async () => {
  store.play(jobId, {}, { type: 'text', text: 'a' });
  const answer = follow({ 'last-event-id': '2' });
  await until(() => store.waiting() > 0, 'the stream waits');
  end();
  expect(ids((await answer).text)).toEqual([3]);
});

test('a Last-Event-ID from the future does not miss the end', async () => {
  const answer = follow({ 'last-event-id': '999' });
  await until(() => store.waiting() > 0, 'the stream waits');
  end();
  expect(ids((await answer).text)).toEqual([2]);
});

test('a stream survives that Redis is away for a while', async () => {
  const answer = follow();
  await until(() => store.waiting() > 0, 'the stream waits');
  store.mode = 'away';
  end();
  store.mode = 'working';
  store.play(jobId, {});
  expect(ids((await answer).text)).toEqual([1, 2]);
});

test('the stream of a job that is forgotten ends', async () => {
  const answer = follow();
  await until(() => store.waiting() > 0, 'the stream waits');
  store.forget(jobId);
  expect(ids((await answer).text)).toEqual([1]);
});
