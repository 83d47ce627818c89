import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  ['client=a&tier=pro', 'tenant'],
  ['tenant=a&tier=pro', 'client'],
  ['tenant=a&client=a', 'tier'],
  ['tenant=&client=a&tier=pro', 'tenant'],
])('%s is named as wrong', async (query, path) => {
  const answer = await startTestAdmin().call(`/api/clients/detail?${query}`);
  expect(expectAdminProblem(answer, 400, 'invalid_request').errors).toEqual([
    { path, message: expect.any(String) },
  ]);
});
