import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const { call } = startTestApi(createMemoryJobStore());

test.each([
  ['?limit=0', 'limit', /from 1 to 100/],
  ['?limit=101', 'limit', /from 1 to 100/],
  ['?limit=x', 'limit', /from 1 to 100/],
  ['?state=done', 'state.0', /queued, running, completed/],
  ['?state=', 'state.0', /queued, running, completed/],
  ['?cursor=x', 'cursor', /nextCursor/],
  ['?cursor=W10', 'cursor', /nextCursor/],
  ['?stat=queued', 'stat', /did you mean state/],
])('%s is refused with what is expected', async (query, path, message) => {
  const { errors } = expectProblem(
    await call(`/claude/jobs${query}`),
    400,
    'invalid_request',
    'Invalid request',
  );
  expect(errors).toEqual([{ path, message: expect.stringMatching(message) }]);
});
