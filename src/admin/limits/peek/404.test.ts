import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';
import { LimitsError } from '../../../ratelimit/index.ts';

test('a descriptor that meets no limit', async () => {
  const thrown = new LimitsError('unknown_limit', 'shop tier=gold meets no limit that counts.');
  const { call } = startTestAdmin({ limits: { peek: () => Promise.reject(thrown) } });
  const answer = await call('/api/limits/peek?domain=shop&entry=tier=gold');
  expect(expectAdminProblem(answer, 404, 'unknown_limit').detail).toBe(thrown.message);
});
