import { expect, test } from 'vitest';
import {
  ADMIN_TOKEN,
  expectAdminProblem,
  PAGE_HEADERS,
  startTestAdmin,
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
