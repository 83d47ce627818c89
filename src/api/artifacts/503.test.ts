import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('while Redis is away nothing is shown, and the answer says so', async () => {
  const store = createMemoryJobStore();
  const { call } = startTestApi(store);
  store.mode = 'away';
  const answer = await call('/claude/jobs/7d0f2c9e-0000-4000-8000-000000000000/artifacts');
  expectProblem(answer, 503, 'service_unavailable', 'Service temporarily unavailable');
});
