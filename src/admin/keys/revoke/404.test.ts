import { test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';
import { keysThat } from '../key.fixture.ts';

test('there is no such key', async () => {
  const { keys } = keysThat({ revokeKey: async () => false });
  const answer = await startTestAdmin({ keys }).call('/api/keys/key_9', { method: 'DELETE' });
  expectAdminProblem(answer, 404, 'key_not_found');
});
