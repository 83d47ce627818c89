import { expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('a client that has all events of a job that has ended is told not to come again', async () => {
  const store = createMemoryJobStore();
  const { call } = startTestApi(store);
  await call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
  const { jobId } = store.newest();
  store.play(jobId, { state: 'completed' }, { type: 'status', state: 'completed' });
  const answer = await call(`/claude/jobs/${jobId}/events`, { headers: { 'last-event-id': '2' } });
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
});
