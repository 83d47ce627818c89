import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';
import { keysThatRefuse } from '../key.fixture.ts';

test.each(['expired_key', 'already_rotated'] as const)('%s says what to do', async (code) => {
  const { call } = startTestAdmin({ keys: keysThatRefuse(code, 'Rotate key_2.') });
  const answer = await call('/api/keys/key_1/rotate', { method: 'POST', body: { graceS: 0 } });
  expect(expectAdminProblem(answer, 409, 'key_not_rotatable').detail).toBe('Rotate key_2.');
});
