import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const { call } = startTestApi(createMemoryJobStore());
const path = '/claude/status/7d0f2c9e-0000-4000-8000-000000000000';

test.each([
  ['wait=soon', 'wait: expected a whole number of seconds from 0 to 60'],
  ['wait=61', 'wait: expected a whole number of seconds from 0 to 60'],
  ['wait=-1', 'wait: expected a whole number of seconds from 0 to 60'],
  ['wiat=10', 'wiat: unknown field; did you mean wait?'],
])('?%s is refused with what was expected', async (query, detail) => {
  const answer = await call(`${path}?${query}`);
  expect(expectProblem(answer, 400, 'invalid_request', 'Invalid request').detail).toBe(detail);
});
