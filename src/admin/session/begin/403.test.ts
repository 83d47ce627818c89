import { expect, test } from 'vitest';
import { ADMIN_TOKEN, expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  ['no_guard_header', {}],
  ['other_origin', { 'x-gatehouse-admin': '1', origin: 'http://127.0.0.1:3000' }],
])('%s: no other page signs anybody in', async (code, headers: Record<string, string>) => {
  const answer = await startTestAdmin().call('/session', {
    ...{ method: 'POST', body: { token: ADMIN_TOKEN }, token: null },
    headers: { host: '127.0.0.1:9900', ...headers },
  });
  expectAdminProblem(answer, 403, code);
  expect(answer.headers).not.toHaveProperty('set-cookie');
});
