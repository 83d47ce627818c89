import { expect, test } from 'vitest';
import { startTestAdmin, VIEWER_TOKEN } from '../../../../test/support/admin.ts';
import type { StoredFinding } from '../../../authz/index.ts';

const FINDING: StoredFinding = {
  ...{ id: '1-0', at: '2026-01-01T00:00:00.000Z', verdict: 'reject', shadow: false, score: 0.9 },
  ...{ reasonClass: 'override', rules: ['r'], fields: ['prompt'], digest: 'a'.repeat(64), policy: 'default' },
  ...{ tenant: 'acme', client: 'service-a', tier: 'pro', route: 'submit', requestId: 'request-1' },
};
type Asked = [limit: number, before: string | undefined, wanted: (finding: StoredFinding) => boolean];

async function list(query: string, next?: string) {
  let asked: unknown;
  const findings = {
    list: async (...args: unknown[]) => {
      asked = args;
      return { findings: [FINDING], next };
    },
  };
  const answer = await startTestAdmin({ findings }).call(`/api/inspection/findings${query}`, {
    token: VIEWER_TOKEN,
  });
  expect(answer.status).toBe(200);
  return { answer, asked: asked as Asked };
}

test('findings are told with what they are known by, and where they go on', async () => {
  const { answer, asked } = await list('', '1-0');
  expect(answer.json()).toEqual({ findings: [FINDING], next: '1-0' });
  expect(asked.slice(0, 2)).toEqual([50, undefined]);
  expect((await list('?limit=5&before=7-1')).asked.slice(0, 2)).toEqual([5, '7-1']);
});

test.each([
  ['', true],
  ['?verdict=reject', true],
  ['?verdict=flag', false],
  ['?reasonClass=override', true],
  ['?reasonClass=covert', false],
  ['?tenant=acme&client=service-a', true],
  ['?tenant=acme&client=service-b', false],
  [`?digest=${'a'.repeat(64)}`, true],
  [`?digest=${'b'.repeat(64)}`, false],
])('of %s it is one: %j', async (query, expected) => {
  expect((await list(query)).asked[2](FINDING)).toBe(expected);
});
