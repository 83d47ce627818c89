import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('without an assertion nothing is shown', async () => {
  const { call } = startTestApi(createMemoryJobStore());
  const answer = await call('/claude/jobs/7d0f2c9e-0000-4000-8000-000000000000/artifacts/a.txt', {
    headers: { 'x-gatehouse-assertion': 'forged' },
  });
  expectProblem(answer, 403, 'assertion_required', 'Requests must come through the gateway');
});
