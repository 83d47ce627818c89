import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import type { ListedLevel } from '../../../log-levels/index.ts';

const SET = {
  ...({ component: 'pool', level: 'debug', setBy: 'admin:default' } as const),
  ...{ setAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-01T01:00:00.000Z' },
} satisfies ListedLevel;

test.each([
  [{ level: 'debug' }, 3_600_000],
  [{ level: 'debug', forS: 600 }, 600_000],
])('%j sets it in the name of the admin API, for an hour where it does not say', async (body, forMs) => {
  const asked: unknown[] = [];
  const set = async (...args: unknown[]) => {
    asked.push(args);
    return SET;
  };
  const answer = await startTestAdmin({ logLevels: { set } }).call('/api/logs/levels/pool', {
    method: 'PUT',
    body,
  });
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual(SET);
  expect(asked).toEqual([['pool', 'debug', forMs, 'admin:default']]);
});
