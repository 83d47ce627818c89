import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';
import { LimitsError } from '../../../ratelimit/index.ts';

const BODY = { domain: 'shop', limit: 'pro-minute', entries: { tenant: 'acme' }, requests: 120 };

test('as many overrides as may be are set already', async () => {
  const thrown = new LimitsError('too_many_overrides', 'There are 10000 overrides already.');
  const { call } = startTestAdmin({ limits: { setOverride: () => Promise.reject(thrown) } });
  const answer = await call('/api/limits/overrides', { method: 'PUT', body: BODY });
  expect(expectAdminProblem(answer, 409, 'too_many_overrides').detail).toBe(thrown.message);
});
