import { describe, expect, test } from 'vitest';
import { expectAdminProblem, PAGE_HEADERS, startTestAdmin } from '../../test/support/admin.ts';
import { ROUTES } from './routes.ts';

const { call } = startTestAdmin();
const guarded = ROUTES.filter(({ access }) => access !== 'open' && access !== 'sign_in');

test('all but health, readiness and signing in need a token', () => {
  const open = ROUTES.filter(({ access }) => access === 'open').map(({ path }) => path);
  expect(open).toEqual(['/health', '/ready']);
  const signIn = ROUTES.filter(({ access }) => access === 'sign_in').map(({ path }) => path);
  expect(signIn).toEqual(['/session']);
});

describe.each(guarded.map(({ method, path }) => [method, path] as const))('%s %s', (method, path) => {
  test.each([
    ['no token', null],
    ['a wrong token', 'x'.repeat(32)],
    ['an empty token', ''],
  ])('%s gets one and the same 401', async (_what, token) => {
    const answer = await call(path.replace(/:\w+/, '1'), { method, token, headers: PAGE_HEADERS });
    const { requestId: _, ...body } = expectAdminProblem(answer, 401, 'invalid_admin_token');
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      code: 'invalid_admin_token',
      error: 'Invalid or missing admin token',
      detail:
        "Sign in, or send 'Authorization: Bearer TOKEN' with a token of admin.tokenFile or admin.tokens.",
    });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="gatehouse-admin"');
  });
});

test('who has no token does not learn which paths there are', async () => {
  expectAdminProblem(
    await call('/api/nothing', { token: null, headers: PAGE_HEADERS }),
    401,
    'invalid_admin_token',
  );
});

test('a body is not read before the token is checked', async () => {
  const answer = await call('/api/limits/reset', {
    ...{ method: 'POST', body: 'not json', token: null, headers: PAGE_HEADERS },
  });
  expectAdminProblem(answer, 401, 'invalid_admin_token');
});

test('no other origin may read an answer, and none is kept', async () => {
  const answer = await call('/health', { headers: { origin: 'https://elsewhere.example' } });
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
});
