import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const { call } = startTestApi(createMemoryJobStore());
const JOB = '/claude/jobs/7d0f2c9e-0000-4000-8000-000000000000';

test.each([
  ['?purge=yes', 'purge', 'expected true or false'],
  ['?pruge=true', 'pruge', 'unknown field; did you mean purge?'],
])('%s is refused with what is expected', async (query, path, message) => {
  const answer = await call(`${JOB}${query}`, { method: 'DELETE' });
  expect(expectProblem(answer, 400, 'invalid_request', 'Invalid request').errors).toEqual([
    { path, message },
  ]);
});
