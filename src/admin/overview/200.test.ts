import { expect, test } from 'vitest';
import { startTestAdmin, VIEWER_TOKEN } from '../../../test/support/admin.ts';
import type { Overview } from '../contract.ts';

test('a viewer sees how things are', async () => {
  const overview = { at: 'now' } as Overview;
  const { call } = startTestAdmin({ collector: { latest: async () => ({ overview, alerts: [] }) } });
  const answer = await call('/api/overview', { token: VIEWER_TOKEN });
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual(overview);
});
