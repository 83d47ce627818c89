import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';

const choices = { tiers: ['pro'], routes: ['submit'] };
const textInspector = { inspect: async () => ({ kind: 'not_inspected' }) as const };
const post = (body: object) =>
  startTestAdmin({ choices, textInspector }).call('/api/inspection/try', { method: 'POST', body });

test.each([
  ['no text', {}, 'text'],
  ['a text that is none', { text: 7 }, 'text'],
  ['a very long text', { text: 'x'.repeat(200_001) }, 'text'],
  ['an unknown route', { text: 'x', route: 'red' }, 'route'],
  ['an unknown tier', { text: 'x', tier: 'gold' }, 'tier'],
  ['a route that is not inspected', { text: 'x' }, 'route'],
])('%s is named as wrong', async (_what, body, path) => {
  expect(expectAdminProblem(await post(body), 400, 'invalid_request').errors).toEqual([
    { path, message: expect.any(String) },
  ]);
});
