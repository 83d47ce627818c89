import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('while Redis is away, that is the answer, not that there is no such job', async () => {
  const store = createMemoryJobStore();
  const { call } = startTestApi(store);
  await call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
  store.mode = 'away';
  const answer = await call(`/claude/status/${store.newest().jobId}`);
  expectProblem(answer, 503, 'service_unavailable', 'Service temporarily unavailable');
});
