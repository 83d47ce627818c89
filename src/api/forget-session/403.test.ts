import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('without an assertion nothing is forgotten', async () => {
  const { call } = startTestApi(createMemoryJobStore());
  const answer = await call('/claude/sessions/talk', {
    method: 'DELETE',
    headers: { 'x-gatehouse-assertion': 'forged' },
  });
  expectProblem(answer, 403, 'assertion_required', 'Requests must come through the gateway');
});
