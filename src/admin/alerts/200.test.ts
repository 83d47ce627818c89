import { expect, test } from 'vitest';
import { startTestAdmin, VIEWER_TOKEN } from '../../../test/support/admin.ts';
import type { Overview } from '../contract.ts';
import { unknownAlerts } from './prometheus.ts';

test('a viewer sees all alerts, and who judged', async () => {
  const snapshot = { overview: {} as Overview, alerts: unknownAlerts() };
  const { call } = startTestAdmin({ judgedBy: 'prometheus', collector: { latest: async () => snapshot } });
  const answer = await call('/api/alerts', { token: VIEWER_TOKEN });
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ judgedBy: 'prometheus', alerts: snapshot.alerts });
});
