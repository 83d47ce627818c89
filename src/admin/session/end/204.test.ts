import { expect, test } from 'vitest';
import { signIn, startTestAdmin } from '../../../../test/support/admin.ts';

test('the session ends here as well as in the browser', async () => {
  const recorded: unknown[] = [];
  const recordSignIn = async (action: string) => void recorded.push(action);
  const admin = startTestAdmin({ recordSignIn });
  const headers = await signIn(admin);
  const answer = await admin.call('/session', { method: 'DELETE', headers, token: null });
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
  expect(answer.headers['set-cookie']).toMatch(/^gatehouse_admin=; .*Expires=Thu, 01 Jan 1970 00:00:00 GMT/);
  expect((await admin.call('/api/whoami', { headers, token: null })).status).toBe(401);
  expect(recorded).toEqual(['session.begin', 'session.end']);
});
