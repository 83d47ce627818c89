import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const store = createMemoryJobStore();
const { call } = startTestApi(store);

test.each(['7d0f2c9e-0000-4000-8000-000000000000', 'nonsense', 'a'.repeat(500), '..%2f..', '%00', '*'])(
  'job id %s is Job not found',
  async (id) => {
    expectProblem(await call(`/claude/status/${id}`), 404, 'job_not_found', 'Job not found');
  },
);

test("the problem names the request's trace", async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-00` };
  expect((await call('/claude/status/nonsense', { headers })).json()).toMatchObject({ traceId });
});

test("another tenant's job, and a colleague's, are as if they did not exist", async () => {
  await call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
  const path = `/claude/status/${store.newest().jobId}`;
  const nothing = await call('/claude/status/7d0f2c9e-0000-4000-8000-000000000000');
  for (const as of [{ tenant: 'other' }, { client: 'service-b' }]) {
    const answer = await call(path, { as });
    expectProblem(answer, 404, 'job_not_found', 'Job not found');
    expect(answer.text).toBe(nothing.text);
  }
  expect((await call(path)).status).toBe(200);
});

test('a job that is forgotten during a wait is Job not found', async () => {
  await call('/claude/invoke', { method: 'POST', body: { prompt: 'hello' } });
  const { jobId } = store.newest();
  const answer = call(`/claude/status/${jobId}?wait=30`);
  store.forget(jobId);
  expectProblem(await answer, 404, 'job_not_found', 'Job not found');
});
