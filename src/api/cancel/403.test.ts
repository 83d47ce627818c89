import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('without an assertion nothing is canceled', async () => {
  const { call } = startTestApi(createMemoryJobStore());
  const headers = { 'x-gatehouse-assertion': 'forged' };
  const answer = await call('/claude/jobs/7d0f2c9e-0000-4000-8000-000000000000', {
    method: 'DELETE',
    headers,
  });
  expectProblem(answer, 403, 'assertion_required', 'Requests must come through the gateway');
});
