import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  [{}, 'graceS'],
  [{ graceS: -1 }, 'graceS'],
  [{ graceS: '1h' }, 'graceS'],
  [{ graceS: 0, expiresInS: 0 }, 'expiresInS'],
])('%j is named as wrong', async (body, path) => {
  const answer = await startTestAdmin().call('/api/keys/key_1/rotate', { method: 'POST', body });
  expect(expectAdminProblem(answer, 400, 'invalid_request').errors).toEqual([
    { path, message: expect.any(String) },
  ]);
});
