import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const store = createMemoryJobStore();
const { call } = startTestApi(store);

test('an unknown job, and one of another client or tenant, is not found', async () => {
  const pathOf = (jobId: string) => `/claude/jobs/${jobId}/artifacts`;
  expectProblem(
    await call(pathOf('7d0f2c9e-0000-4000-8000-000000000000')),
    404,
    'job_not_found',
    'Job not found',
  );
  await call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
  for (const as of [{ client: 'service-b' }, { tenant: 'other' }]) {
    expectProblem(await call(pathOf(store.newest().jobId), { as }), 404, 'job_not_found', 'Job not found');
  }
});
