import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('a bad request is answered as a problem, not as a stream', async () => {
  const { call } = startTestApi(createMemoryJobStore());
  const answer = await call('/claude/stream', { method: 'POST', body: { promt: 'hello' } });
  const { errors } = expectProblem(answer, 400, 'invalid_request', 'Invalid request');
  expect(errors).toContainEqual({ path: 'promt', message: 'unknown field; did you mean prompt?' });
});
