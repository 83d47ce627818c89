import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';

test('the rules of each process are given as they are told', async () => {
  const problem = {
    ...{ file: '/etc/rules.yaml', line: 2, column: 14, path: 'descriptors' },
    ...{ code: 'wrong_type', reason: 'expected a list' },
  };
  const refused = { since: '2026-01-01T00:00:00.000Z', at: '2026-01-01T00:00:00.000Z', count: 1 };
  const list = {
    processes: [
      {
        ...{ process: 'a1', role: 'ratelimit' as const, host: 'one', source: 'files' as const },
        ...{
          domains: 1,
          limits: 2,
          loadedAt: '2025-12-31T00:00:00.000Z',
          files: { count: 1, names: ['/etc/rules.yaml'] },
        },
        ...{ warnings: { count: 0, problems: [] }, refused: { ...refused, problems: [problem] } },
      },
    ],
  };
  const answer = await startTestAdmin({ limits: { status: async () => list } }).call('/api/limits/status');
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual(list);
});
