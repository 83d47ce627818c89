import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';
import { loadConfig } from '../../../config/index.ts';
import { createTextInspector } from './text-inspector.ts';

const choices = { tiers: ['pro'], routes: ['submit'] };
const config = loadConfig({ dataDir: '/data', cwd: '/' });

test.each([
  ['one that takes too long is given up', { timeoutMs: 1 }],
  ['more than may wait are turned away', { maxWaiting: 0 }],
])('%s', async (_what, bounds) => {
  const textInspector = createTextInspector(config, bounds);
  const { call } = startTestAdmin({ choices, textInspector });
  const answer = await call('/api/inspection/try', { method: 'POST', body: { text: 'x'.repeat(50_000) } });
  expect(expectAdminProblem(answer, 503, 'inspection_busy').retryAfter).toBe(2);
  await textInspector.close();
});
