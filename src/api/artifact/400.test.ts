import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const { call } = startTestApi(createMemoryJobStore());

test('a disposition that there is not is refused', async () => {
  const answer = await call(
    '/claude/jobs/7d0f2c9e-0000-4000-8000-000000000000/artifacts/a?disposition=download',
  );
  expect(expectProblem(answer, 400, 'invalid_request', 'Invalid request').errors).toEqual([
    { path: 'disposition', message: 'expected inline or attachment' },
  ]);
});
