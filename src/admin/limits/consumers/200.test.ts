import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  ['/api/limits/consumers', 20],
  ['/api/limits/consumers?limit=3', 3],
])('%s asks for the %i that are refused the largest part', async (path, limit) => {
  const list = { consumers: [], error: 0, since: '2026-01-01T00:00:00.000Z' };
  const asked: number[] = [];
  const consumers = async (count: number) => {
    asked.push(count);
    return list;
  };
  const answer = await startTestAdmin({ limits: { consumers } }).call(path);
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual(list);
  expect(asked).toEqual([limit]);
});
