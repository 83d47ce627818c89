import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const store = createMemoryJobStore();
const { call } = startTestApi(store);
const invoke = () => call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });

test('a full queue is said, with when to come back', async () => {
  store.mode = 'full';
  const answer = await invoke();
  const { retryAfter } = expectProblem(answer, 503, 'queue_full', 'Service temporarily unavailable');
  expect(answer.headers['retry-after']).toBe(String(retryAfter));
});

test('while Redis is away nothing is accepted, and the answer says when to come back', async () => {
  store.mode = 'away';
  const answer = await invoke();
  const { retryAfter } = expectProblem(answer, 503, 'service_unavailable', 'Service temporarily unavailable');
  expect(answer.headers['retry-after']).toBe(String(retryAfter));
  store.mode = 'working';
  expect((await invoke()).status).toBe(202);
});
