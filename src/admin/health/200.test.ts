import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../test/support/admin.ts';

test('the process answers, also while Redis is away and without a token', async () => {
  const answer = await startTestAdmin({ isReady: async () => false }).call('/health', { token: null });
  expect({ status: answer.status, ...answer.json() }).toEqual({ status: 'ok' });
  expect(answer.status).toBe(200);
});
