import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  [{ level: 'debug' }, 3_600_000],
  [{ level: 'debug', forS: 600 }, 600_000],
])('%j sets it in the name of the admin API, for an hour where it does not say', async (body, forMs) => {
  const asked: unknown[] = [];
  const set = async (...args: unknown[]) => {
    asked.push(args);
    return { component: 'pool', level: 'debug' } as never;
  };
  const answer = await startTestAdmin({ logLevels: { set } }).call('/api/logs/levels/pool', {
    method: 'PUT',
    body,
  });
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ component: 'pool', level: 'debug' });
  expect(asked).toEqual([['pool', 'debug', forMs, 'admin:default']]);
});
