import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';

const LEVEL = {
  component: 'pool',
  level: 'debug',
  setAt: '2026-01-01T00:00:00.000Z',
  setBy: 'cli:operator',
  expiresAt: '2026-01-01T01:00:00.000Z',
} as const;

test('the levels that hold are listed', async () => {
  const answer = await startTestAdmin({ logLevels: { list: async () => [LEVEL] } }).call('/api/logs/levels');
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ levels: [LEVEL] });
});
