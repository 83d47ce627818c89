import { test } from 'vitest';
import { expectAdminProblem, startTestAdmin, VIEWER_TOKEN } from '../../../../test/support/admin.ts';

test('a viewer ends nothing', async () => {
  const answer = await startTestAdmin().call('/api/jobs/1/cancel', { method: 'POST', token: VIEWER_TOKEN });
  expectAdminProblem(answer, 403, 'not_permitted');
});
