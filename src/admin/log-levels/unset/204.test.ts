import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';

test('a level is taken away in the name of the admin API, also where none was set', async () => {
  const asked: unknown[] = [];
  const unset = async (...args: unknown[]) => {
    asked.push(args);
    return undefined;
  };
  const answer = await startTestAdmin({ logLevels: { unset } }).call('/api/logs/levels/all', {
    method: 'DELETE',
  });
  expect(answer.status).toBe(204);
  expect(asked).toEqual([['all', 'admin:default']]);
});
