import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../test/support/admin.ts';

test('without Redis it can do nothing, and says so', async () => {
  const answer = await startTestAdmin({ isReady: async () => false }).call('/ready', { token: null });
  expect(answer.status).toBe(503);
  expect(answer.json()).toEqual({ status: 'not ready', reason: 'Redis is away' });
});
