import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

test.each([
  ['a component that there is not', 'kitchen', { level: 'debug' }, 'component'],
  ['a level that there is not', 'pool', { level: 'loud' }, 'level'],
  ['no level', 'pool', {}, 'level'],
  ['no time at all', 'pool', { level: 'debug', forS: 0 }, 'forS'],
  ['more than a week', 'pool', { level: 'debug', forS: 604_801 }, 'forS'],
])('%s is named as wrong', async (_what, component, body, path) => {
  const answer = await startTestAdmin().call(`/api/logs/levels/${component}`, { method: 'PUT', body });
  expect(expectAdminProblem(answer, 400, 'invalid_request').errors).toEqual([
    { path, message: expect.any(String) },
  ]);
});
