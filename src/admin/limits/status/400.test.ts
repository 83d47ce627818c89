import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test('an unknown query is named', async () => {
  const { detail } = expectAdminProblem(
    await startTestAdmin().call('/api/limits/status?limit=1'),
    400,
    'invalid_request',
  );
  expect(detail).toContain('limit');
});
