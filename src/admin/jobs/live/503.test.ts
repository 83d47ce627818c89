import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';
import { JOB } from '../job.fixture.ts';
import { createJobListeners } from './listeners.ts';

test('as many follow jobs as may, and who leaves makes room', async () => {
  const jobListeners = createJobListeners(1);
  const { call } = startTestAdmin({ jobs: { get: async () => JOB }, jobListeners });
  const stay = jobListeners.listen(async function* () {
    yield 'x';
  });
  const stream = stay?.({ signal: new AbortController().signal, drop() {} })[Symbol.asyncIterator]();
  await stream?.next();
  const answer = await call(`/api/jobs/${JOB.jobId}/live`);
  expect(expectAdminProblem(answer, 503, 'too_many_listeners').retryAfter).toBe(5);
  await stream?.return?.();
  expect(jobListeners.listen(async function* () {})).toBeDefined();
});
