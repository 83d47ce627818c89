import { test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';
import { keysThatRefuse } from '../key.fixture.ts';

test('there is no such key', async () => {
  const { call } = startTestAdmin({ keys: keysThatRefuse('unknown_key') });
  const answer = await call('/api/keys/key_9/rotate', { method: 'POST', body: { graceS: 0 } });
  expectAdminProblem(answer, 404, 'key_not_found');
});
