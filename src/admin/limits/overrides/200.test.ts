import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';

const OVERRIDE = {
  id: '0123456789abcdef',
  domain: 'shop',
  limit: 'pro-minute',
  entries: { tenant: 'acme' },
  requests: 120,
  setAt: '2026-01-01T00:00:00.000Z',
  setBy: 'cli:operator',
};

test('the overrides in force are listed', async () => {
  const answer = await startTestAdmin({ limits: { listOverrides: async () => [OVERRIDE] } }).call(
    '/api/limits/overrides',
  );
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ overrides: [OVERRIDE] });
});
