import { expect, test } from 'vitest';
import { expectAdminProblem, PAGE_HEADERS, startTestAdmin } from '../../../../test/support/admin.ts';

test('a wrong token begins nothing', async () => {
  const body = { token: 'x'.repeat(32) };
  const answer = await startTestAdmin().call('/session', {
    ...{ method: 'POST', body, headers: PAGE_HEADERS, token: null },
  });
  expectAdminProblem(answer, 401, 'invalid_admin_token');
  expect(answer.headers).not.toHaveProperty('set-cookie');
});
