import { test } from 'vitest';
import { ADMIN_TOKEN, expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test('a name that only resolves to here does not do', async () => {
  const headers = { host: 'rebound.example', 'x-gatehouse-admin': '1' };
  const answer = await startTestAdmin().call('/session', {
    ...{ method: 'POST', body: { token: ADMIN_TOKEN }, headers, token: null },
  });
  expectAdminProblem(answer, 421, 'unknown_host');
});
