import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';
import { LimitsError } from '../../../ratelimit/index.ts';

const BODY = { domain: 'shop', limit: 'pro-minute', entries: { tenant: 'acme' }, requests: 120 };

test.each(['unknown_domain', 'unknown_limit'] as const)('%s', async (code) => {
  const thrown = new LimitsError(code, 'There is no such; did you mean another?');
  const { call } = startTestAdmin({ limits: { setOverride: () => Promise.reject(thrown) } });
  const answer = await call('/api/limits/overrides', { method: 'PUT', body: BODY });
  expect(expectAdminProblem(answer, 404, 'unknown_limit').detail).toBe(thrown.message);
});
