import { expect, test } from 'vitest';
import {
  PAGE_HEADERS,
  SESSION_LIFETIME_MS,
  signIn,
  startTestAdmin,
  VIEWER_TOKEN,
} from '../../../test/support/admin.ts';

const OVERRIDE = { domain: 'shop', limit: 'each', requests: 9 };

test('a session lets in until it ends', async () => {
  let nowMs = 0;
  const admin = startTestAdmin({ now: () => nowMs });
  const headers = await signIn(admin);
  const status = async () => (await admin.call('/api/whoami', { headers, token: null })).status;
  nowMs = SESSION_LIFETIME_MS - 1;
  expect(await status()).toBe(200);
  nowMs = SESSION_LIFETIME_MS;
  expect(await status()).toBe(401);
});

test.each([
  ['another host', { host: 'rebound.example:9900' }, 421, 'unknown_host'],
  ['another origin', { origin: 'http://127.0.0.1:3000' }, 403, 'other_origin'],
  ['another site', { 'sec-fetch-site': 'same-site' }, 403, 'other_origin'],
  ['no guard header', { 'x-gatehouse-admin': undefined }, 403, 'no_guard_header'],
])('%s has a session not count', async (_what, changed, status, code) => {
  const admin = startTestAdmin();
  const headers = Object.fromEntries(
    Object.entries({ ...(await signIn(admin)), ...changed }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  const answer = await admin.call('/api/limits/overrides', {
    ...{ method: 'PUT', body: OVERRIDE, headers, token: null },
  });
  expect({ status: answer.status, code: answer.json().code }).toEqual({ status, code });
});

test('a bearer token needs none of these: no page can have a browser send it', async () => {
  const headers = { host: 'gatehouse.internal:9900', 'sec-fetch-site': 'cross-site' };
  const listOverrides = async () => [];
  const answer = await startTestAdmin({ limits: { listOverrides } }).call('/api/limits/overrides', {
    headers,
  });
  expect(answer.status).toBe(200);
});

test('a wrong bearer token is not saved by a session', async () => {
  const admin = startTestAdmin();
  const headers = await signIn(admin);
  expect((await admin.call('/api/whoami', { headers, token: 'x'.repeat(32) })).status).toBe(401);
});

test('a viewer changes nothing, and is told what it takes', async () => {
  const admin = startTestAdmin();
  for (const credential of [
    { token: VIEWER_TOKEN },
    { token: null, headers: await signIn(admin, VIEWER_TOKEN) },
  ]) {
    const answer = await admin.call('/api/limits/overrides', {
      ...{ method: 'PUT', body: OVERRIDE },
      ...credential,
    });
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({
      code: 'not_permitted',
      detail: "This takes a token with 'role: operator' in admin.tokens.",
    });
  }
});

test('wrong bearer tokens of one address are limited, and do not keep people from signing in', async () => {
  const admin = startTestAdmin();
  const wrong = () => admin.call('/api/whoami', { token: 'x'.repeat(32) });
  let answer = await wrong();
  for (let count = 1; count <= 300; count += 1) answer = await wrong();
  expect(answer.status).toBe(429);
  expect(answer.json()).toMatchObject({ code: 'too_many_attempts', retryAfter: expect.any(Number) });
  expect(await signIn(admin)).toMatchObject(PAGE_HEADERS);
});

test('no token and no session is ever logged', async () => {
  const admin = startTestAdmin();
  const { cookie } = await signIn(admin);
  await admin.call('/api/whoami', { token: 'wrong-but-secret-all-the-same-0123456789' });
  const text = JSON.stringify(admin.lines);
  expect(text).toContain('invalid_admin_token');
  expect(text).not.toContain('wrong-but-secret');
  expect(text).not.toContain(cookie.split('=')[1]);
});
