import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

test('POST where GET is meant is refused with the methods to use', async () => {
  const { call } = startTestApi(createMemoryJobStore());
  const answer = await call('/claude/status/nonsense', { method: 'POST', body: {} });
  expectProblem(answer, 405, 'method_not_allowed', 'Method not allowed');
  expect(answer.headers.allow).toBe('GET, HEAD');
});
