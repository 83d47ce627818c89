import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  ['verdict=allow', 'verdict'],
  ['reasonClass=bad', 'reasonClass'],
  ['tenant=', 'tenant'],
  ['digest=abc', 'digest'],
  ['limit=0', 'limit'],
  ['limit=201', 'limit'],
  ['before=x', 'before'],
])('%s is named as wrong', async (query, path) => {
  const answer = await startTestAdmin().call(`/api/inspection/findings?${query}`);
  expect(expectAdminProblem(answer, 400, 'invalid_request').errors).toEqual([
    { path, message: expect.any(String) },
  ]);
});
