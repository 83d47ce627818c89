import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';

const ENTRIES = [{ key: 'tenant', value: 'acme' }];

test('it is done in the name of the admin API', async () => {
  const asked: unknown[] = [];
  const reset = async (...args: unknown[]) => {
    asked.push(args);
    return [];
  };
  const body = { domain: 'shop', entries: ENTRIES };
  const answer = await startTestAdmin({ limits: { reset } }).call('/api/limits/reset', {
    method: 'POST',
    body,
  });
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ limits: [] });
  expect(asked).toEqual([[{ domain: 'shop', entries: ENTRIES }, 'admin:default']]);
});
