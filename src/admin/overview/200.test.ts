import { expect, test } from 'vitest';
import { startTestAdmin, VIEWER_TOKEN } from '../../../test/support/admin.ts';
import { Measurements } from '../collect/measurements.ts';
import type { Overview } from '../contract.ts';
import { figuresOf } from './figures.ts';

test('a viewer sees how things are', async () => {
  const overview: Overview = {
    at: '2026-01-01T00:00:00.000Z',
    figures: figuresOf(new Measurements({ sinceMs: 0, stepMs: 1_000, keepMs: 1_000 }), undefined),
    ...{ sources: [], providers: null, budgets: null, firing: [] },
    store: { state: 'down', fallback: 'deny', isInUse: null },
  };
  const { call } = startTestAdmin({ collector: { latest: async () => ({ overview, alerts: [] }) } });
  const answer = await call('/api/overview', { token: VIEWER_TOKEN });
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual(overview);
});
