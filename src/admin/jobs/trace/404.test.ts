import { test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each(['0d4f1e9c-0000-4000-8000-000000000000', 'x', '..%2Fother', '%7Bx%7D'])('%s', async (id) => {
  const { call } = startTestAdmin({ jobs: { get: async () => undefined } });
  expectAdminProblem(await call(`/api/jobs/${id}/trace`), 404, 'job_not_found');
});
