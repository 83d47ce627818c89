import { expect, test } from 'vitest';
import { expectAdminProblem, PAGE_HEADERS, startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  ['no token', {}],
  ['an empty token', { token: '' }],
  ['a token that is no text', { token: 7 }],
  ['a very long token', { token: 'x'.repeat(1_025) }],
])('%s is named as wrong', async (_what, body) => {
  const answer = await startTestAdmin().call('/session', {
    ...{ method: 'POST', body, headers: PAGE_HEADERS, token: null },
  });
  expect(expectAdminProblem(answer, 400, 'invalid_request').errors).toEqual([
    { path: 'token', message: expect.any(String) },
  ]);
});
