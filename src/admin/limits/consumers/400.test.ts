import { test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each(['0', '501', 'many'])('limit=%s', async (limit) => {
  const { call } = startTestAdmin();
  expectAdminProblem(await call(`/api/limits/consumers?limit=${limit}`), 400, 'invalid_request');
});
