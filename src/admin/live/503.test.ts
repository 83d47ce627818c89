import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../test/support/admin.ts';
import type { Overview } from '../contract.ts';

test('as many listen as may', async () => {
  const { call } = startTestAdmin({
    collector: { latest: async () => ({ overview: {} as Overview, alerts: [] }) },
    jobWatch: { newest: () => [] },
    feed: { listen: () => undefined },
  });
  const answer = await call('/api/live');
  expect(expectAdminProblem(answer, 503, 'too_many_listeners').retryAfter).toBe(5);
});
