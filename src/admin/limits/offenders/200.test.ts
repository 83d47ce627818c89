import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  ['/api/limits/offenders', 20],
  ['/api/limits/offenders?limit=3', 3],
])('%s asks for the %i most refused', async (path, limit) => {
  const list = { offenders: [], error: 0, since: '2026-01-01T00:00:00.000Z' };
  const asked: number[] = [];
  const offenders = async (count: number) => {
    asked.push(count);
    return list;
  };
  const answer = await startTestAdmin({ limits: { offenders } }).call(path);
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual(list);
  expect(asked).toEqual([limit]);
});
