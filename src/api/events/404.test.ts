import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const store = createMemoryJobStore();
const { call } = startTestApi(store);

test.each(['7d0f2c9e-0000-4000-8000-000000000000', 'nonsense'])('job id %s is Job not found', async (id) => {
  expectProblem(await call(`/claude/jobs/${id}/events`), 404, 'job_not_found', 'Job not found');
});

test.each([{ tenant: 'other' }, { client: 'service-b' }])(
  "someone else's job is Job not found: %j",
  async (as) => {
    await call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
    const answer = await call(`/claude/jobs/${store.newest().jobId}/events`, { as });
    expectProblem(answer, 404, 'job_not_found', 'Job not found');
  },
);
