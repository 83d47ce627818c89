import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('without an assertion nothing is listed', async () => {
  const { call } = startTestApi(createMemoryJobStore());
  const answer = await call('/claude/jobs', { headers: { 'x-gatehouse-assertion': 'forged' } });
  expectProblem(answer, 403, 'assertion_required', 'Requests must come through the gateway');
});
