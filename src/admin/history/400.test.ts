import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../test/support/admin.ts';

test.each([
  ['series=queue', 'series'],
  ['series=', 'series'],
  ['minutes=0', 'minutes'],
  ['minutes=61', 'minutes'],
  ['minutes=x', 'minutes'],
])('%s is named as wrong', async (query, path) => {
  const answer = await startTestAdmin().call(`/api/history?${query}`);
  const { errors } = expectAdminProblem(answer, 400, 'invalid_request');
  expect(errors).toEqual([{ path: expect.stringMatching(`^${path}`), message: expect.any(String) }]);
});
