import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../test/support/admin.ts';

test('it is ready while Redis answers', async () => {
  const answer = await startTestAdmin().call('/ready', { token: null });
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ status: 'ready' });
});
