import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const store = createMemoryJobStore();
const { call } = startTestApi(store);

test('an unknown job is not found', async () => {
  for (const id of ['7d0f2c9e-0000-4000-8000-000000000000', 'x', '..%2fx']) {
    expectProblem(
      await call(`/claude/jobs/${id}`, { method: 'DELETE' }),
      404,
      'job_not_found',
      'Job not found',
    );
  }
});

test.each([{ client: 'service-b' }, { tenant: 'other' }])("another's job is not found: %o", async (as) => {
  await call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
  const { jobId } = store.newest();
  const answer = await call(`/claude/jobs/${jobId}`, { method: 'DELETE', as });
  expectProblem(answer, 404, 'job_not_found', 'Job not found');
  expect(store.newest().state).toBe('queued');
});
