import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../test/support/admin.ts';

test.each([
  ['limit=0', 'limit'],
  ['limit=1001', 'limit'],
  ['limit=x', 'limit'],
  ['before=yesterday', 'before'],
  ['action=keys', 'action'],
  ['actor=', 'actor'],
  ['from=yesterday', 'from'],
])('%s is named as wrong', async (query, path) => {
  const answer = await startTestAdmin().call(`/api/audit?${query}`);
  expect(expectAdminProblem(answer, 400, 'invalid_request').errors).toEqual([
    { path, message: expect.any(String) },
  ]);
});

test('an unknown query is named', async () => {
  const { detail } = expectAdminProblem(
    await startTestAdmin().call('/api/audit?limits=1'),
    400,
    'invalid_request',
  );
  expect(detail).toContain('limits');
});
