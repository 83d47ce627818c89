import { expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';
import { until } from '../../../test/support/until.ts';

const store = createMemoryJobStore();
const api = startTestApi(store);

async function startStream() {
  const answer = api.call('/claude/stream', { method: 'POST', body: { prompt: 'hello' } });
  await until(() => store.waiting() > 0, 'the stream waits');
  return { answer, jobId: store.newest().jobId };
}

test("a submitted job's events come from its start to its final state", async () => {
  const { answer, jobId } = await startStream();
  store.play(jobId, { state: 'running', attempts: 1 }, { type: 'status', state: 'running' });
  store.play(jobId, {}, { type: 'text', text: 'two\nlines' });
  store.play(
    jobId,
    { state: 'completed' },
    { type: 'result', result: { text: 'done' }, model: 'stand-in' },
    { type: 'status', state: 'completed' },
  );
  const { status, headers, text } = await answer;
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
    location: `/claude/status/${jobId}`,
    'content-location': `/claude/jobs/${jobId}/events`,
  });
  const blocks = text.split('\n\n').filter((block) => block.startsWith('id: '));
  expect(blocks.map((block) => block.split('\n').slice(0, 2))).toEqual([
    ['id: 1', 'event: status'],
    ['id: 2', 'event: status'],
    ['id: 3', 'event: text'],
    ['id: 4', 'event: result'],
    ['id: 5', 'event: status'],
  ]);
  const data = blocks.map((block) => JSON.parse(block.split('\ndata: ')[1] ?? ''));
  expect(data[2]).toEqual({
    seq: 3,
    at: expect.any(String),
    attempt: 1,
    type: 'text',
    text: 'two\nlines',
  });
  expect(data[3]).toEqual({
    seq: 4,
    at: expect.any(String),
    attempt: 1,
    type: 'result',
    result: { text: 'done' },
    model: 'stand-in',
  });
});

test('a stream ends cleanly when the process closes, and can be taken up elsewhere', async () => {
  const closing = startTestApi(store);
  const answer = closing.call('/claude/stream', { method: 'POST', body: { prompt: 'hello' } });
  await until(() => store.waiting() > 0, 'the stream waits');
  await closing.app.close();
  const { status, text } = await answer;
  expect(status).toBe(200);
  expect(text).toContain('id: 1\n');
});
