import { test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test('there is no such job', async () => {
  const { call } = startTestAdmin({ jobs: { end: async () => undefined } });
  expectAdminProblem(await call('/api/jobs/1/cancel', { method: 'POST' }), 404, 'job_not_found');
});
