import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('while Redis is away a new stream is answered as a problem', async () => {
  const store = createMemoryJobStore();
  store.mode = 'away';
  const { call } = startTestApi(store);
  const answer = await call('/claude/jobs/7d0f2c9e-0000-4000-8000-000000000000/events');
  expectProblem(answer, 503, 'service_unavailable', 'Service temporarily unavailable');
});
