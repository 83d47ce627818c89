import { expect, test } from 'vitest';
import { startTestAdmin, VIEWER_TOKEN } from '../../../test/support/admin.ts';

test('a visitor learns what is permitted', async () => {
  const answer = await startTestAdmin().call('/api/whoami', { token: VIEWER_TOKEN });
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({
    ...{ name: 'on-call', role: 'viewer', output: false, via: 'bearer', expiresAt: null },
  });
});
