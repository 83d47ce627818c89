import { expect, test } from 'vitest';
import {
  ADMIN_TOKEN,
  expectAdminProblem,
  PAGE_HEADERS,
  startTestAdmin,
  type TestAdmin,
} from '../../../../test/support/admin.ts';

test('after ten wrong tokens an address waits, also with the right one, until its minute is over', async () => {
  let nowMs = 0;
  const admin = startTestAdmin({ now: () => nowMs });
  const begin = (token: string) =>
    admin.call('/session', { method: 'POST', body: { token }, headers: PAGE_HEADERS, token: null });
  for (let count = 0; count < 10; count += 1) expect((await begin('x'.repeat(32))).status).toBe(401);
  const answer = await begin(ADMIN_TOKEN);
  expect(expectAdminProblem(answer, 429, 'too_many_attempts').retryAfter).toBe(60);
  expect(answer.headers['retry-after']).toBe('60');
  nowMs = 60_000;
  expect((await begin(ADMIN_TOKEN)).status).toBe(201);
});

/** Signs in by way of proxies, which append whom they were asked by. */
function through(admin: TestAdmin, forwardedFor: string, token = 'x'.repeat(32)) {
  const headers = { ...PAGE_HEADERS, 'x-forwarded-for': forwardedFor };
  return admin.call('/session', { method: 'POST', body: { token }, headers, token: null });
}

test('behind a trusted proxy each operator has attempts of their own', async () => {
  const admin = startTestAdmin({ trustedHops: 1 });
  for (let count = 0; count < 10; count += 1) await through(admin, '203.0.113.9');
  expect((await through(admin, '203.0.113.9', ADMIN_TOKEN)).status).toBe(429);
  expect((await through(admin, '203.0.113.10', ADMIN_TOKEN)).status).toBe(201);
});

test.each([
  ['behind a trusted proxy', 1, (forged: string) => `${forged}, 203.0.113.9`],
  ['without one', 0, (forged: string) => forged],
])('%s no forged address evades the limit', async (_where, trustedHops, header) => {
  const admin = startTestAdmin({ trustedHops });
  for (let count = 0; count < 10; count += 1) {
    expect((await through(admin, header(`198.51.100.${count}`))).status).toBe(401);
  }
  expect((await through(admin, header('198.51.100.99'), ADMIN_TOKEN)).status).toBe(429);
});
