import { test } from 'vitest';
import { expectAdminProblem, startTestAdmin, VIEWER_TOKEN } from '../../../../test/support/admin.ts';

test('a viewer makes no keys', async () => {
  const body = { client: 'service-a' };
  const answer = await startTestAdmin().call('/api/keys', { method: 'POST', body, token: VIEWER_TOKEN });
  expectAdminProblem(answer, 403, 'not_permitted');
});
