import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each(['x', '-1', '1.5', '1'.repeat(16)])('Last-Event-ID: %s is named as wrong', async (lastEventId) => {
  const headers = { 'last-event-id': lastEventId };
  const answer = await startTestAdmin().call('/api/jobs/1/live', { headers });
  expect(expectAdminProblem(answer, 400, 'invalid_request').errors).toEqual([
    { path: 'Last-Event-ID', message: expect.any(String) },
  ]);
});
