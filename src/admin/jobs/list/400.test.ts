import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  ['state=done', 'state'],
  ['state=', 'state'],
  ['tenant=', 'tenant'],
  ['from=yesterday', 'from'],
  ['to=2026-13-01T00:00:00Z', 'to'],
  ['limit=0', 'limit'],
  ['limit=201', 'limit'],
  ['cursor=x', 'cursor'],
])('%s is named as wrong', async (query, path) => {
  const answer = await startTestAdmin().call(`/api/jobs?${query}`);
  const { errors } = expectAdminProblem(answer, 400, 'invalid_request');
  expect(errors).toEqual([{ path: expect.stringMatching(`^${path}`), message: expect.any(String) }]);
});
