import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  ['entry=a=b', 'domain'],
  ['domain=&entry=a=b', 'domain'],
  ['domain=shop', 'entry'],
  ['domain=shop&entry=a', 'entry'],
  ['domain=shop&entry==b', 'entry'],
])('%s is named as wrong', async (query, path) => {
  const answer = await startTestAdmin().call(`/api/limits/peek?${query}`);
  const { errors } = expectAdminProblem(answer, 400, 'invalid_request');
  expect(errors).toEqual([{ path: expect.stringMatching(`^${path}`), message: expect.any(String) }]);
});
