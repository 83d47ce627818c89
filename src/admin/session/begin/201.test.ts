import { expect, test } from 'vitest';
import { ADMIN_TOKEN, PAGE_HEADERS, startTestAdmin, VIEWER_TOKEN } from '../../../../test/support/admin.ts';

const begin = { method: 'POST', token: null } as const;

test('a token is taken for a cookie that no script can read, and the audit has it', async () => {
  const recorded: unknown[] = [];
  const recordSignIn = async (...args: unknown[]) => void recorded.push(args);
  const admin = startTestAdmin({ recordSignIn, now: () => Date.UTC(2026, 0, 1) });
  const answer = await admin.call('/session', {
    ...{ ...begin, body: { token: VIEWER_TOKEN }, headers: PAGE_HEADERS },
  });
  expect(answer.status).toBe(201);
  expect(answer.headers['set-cookie']).toMatch(
    /^gatehouse_admin=[\w-]{43}; Path=\/; Expires=Thu, 01 Jan 2026 01:00:00 GMT; HttpOnly; SameSite=Strict$/,
  );
  expect(answer.json()).toEqual({
    ...{ name: 'on-call', role: 'viewer', output: false, via: 'session' },
    expiresAt: '2026-01-01T01:00:00.000Z',
  });
  expect(recorded).toEqual([['session.begin', expect.objectContaining({ name: 'on-call' }), '127.0.0.1']]);
});

test('behind a proxy with TLS the cookie keeps to TLS', async () => {
  const headers = { ...PAGE_HEADERS, origin: 'https://gatehouse.example' };
  const answer = await startTestAdmin().call('/session', { ...begin, body: { token: ADMIN_TOKEN }, headers });
  expect(answer.headers['set-cookie']).toMatch(/; Secure$/);
});
