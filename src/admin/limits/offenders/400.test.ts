import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each(['limit=0', 'limit=501', 'limit=x', 'limit=1.5'])('%s is named as wrong', async (query) => {
  const answer = await startTestAdmin().call(`/api/limits/offenders?${query}`);
  expect(expectAdminProblem(answer, 400, 'invalid_request').errors).toEqual([
    { path: 'limit', message: expect.any(String) },
  ]);
});
