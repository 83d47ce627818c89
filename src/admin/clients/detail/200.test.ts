import { expect, test } from 'vitest';
import { startTestAdmin } from '../../../../test/support/admin.ts';
import { type ExplainedLimit, LimitsError, RulesError } from '../../../ratelimit/index.ts';
import { KEY, keysThat } from '../../keys/key.fixture.ts';

const PATH = '/api/clients/detail?tenant=acme&client=service-a&tier=pro';
const LIMIT: ExplainedLimit = {
  limit: {
    ...{ name: 'pro-submit-minute', requests: 60, unit: 'minute', unitMultiplier: 1, shadowMode: false },
    algorithm: { kind: 'fixed_window', windowMs: 60_000 },
  },
  state: { used: 7, remaining: 53, resetMs: 1_000, next: { allowed: true, remaining: 52, resetMs: 1_000 } },
};
const key = { ...KEY, expired: false };
const { keys } = keysThat({ listKeys: async () => [key, { ...key, id: 'key_2', tenant: 'other' }] });
const budget = { tenant: 'acme', period: 'day', spentUsd: 1, limitUsd: 2, endsAt: '' } as const;

async function detail(peek: (descriptor: { entries: unknown }) => Promise<readonly ExplainedLimit[]>) {
  const spendingOf = async () => [budget];
  const answer = await startTestAdmin({ keys, spendingOf, limits: { peek } }).call(PATH);
  expect(answer.status).toBe(200);
  return answer.json();
}

test('a client has its keys, budgets and limits, with what would change each of them', async () => {
  const asked: unknown[] = [];
  const told = await detail(async ({ entries }) => {
    asked.push(entries);
    if (asked.length === 1) return [LIMIT];
    throw new LimitsError('unknown_limit', 'none');
  });
  expect(asked[0]).toEqual([
    { key: 'calls', value: 'submit' },
    { key: 'tier', value: 'pro' },
    { key: 'tenant', value: 'acme' },
    { key: 'client', value: 'service-a' },
  ]);
  expect(asked).toHaveLength(5);
  expect(told).toEqual({
    ...{
      tenant: 'acme',
      client: 'service-a',
      tier: 'pro',
      keys: [key],
      budgets: [budget],
      limitsProblem: null,
    },
    limits: [
      {
        target: {
          ...{ domain: 'gatehouse', limit: 'pro-submit-minute' },
          entries: { tenant: 'acme', client: 'service-a' },
        },
        ...{ shared: false, description: '60 requests per minute', requests: 60 },
        ...{ used: 7, remaining: 53, resetMs: 1_000, override: null },
      },
    ],
  });
});

test('what an operator has changed is told', async () => {
  const override = {
    ...{ id: '1', domain: 'gatehouse', limit: 'pro-submit-minute', entries: {}, requests: 120 },
    ...{ setAt: '', setBy: 'admin:default', expiresAt: '2026-01-01T00:00:00.000Z' },
  };
  const { limits } = await detail(async () => [{ ...LIMIT, override }]);
  expect((limits as object[])[0]).toMatchObject({
    requests: 120,
    override: { id: '1', requests: 120, setBy: 'admin:default', expiresAt: '2026-01-01T00:00:00.000Z' },
  });
  expect((limits as object[]).map((limit) => 'shared' in limit && limit.shared)).toEqual([
    ...[false, false, false],
    ...[true, true],
  ]);
});

test('rules of another kind, and rules that cannot be used, leave the rest to be seen', async () => {
  const none = await detail(() => Promise.reject(new LimitsError('unknown_domain', 'none')));
  expect(none).toMatchObject({ limits: [], limitsProblem: expect.stringContaining('other descriptors') });
  const broken = await detail(() => Promise.reject(new RulesError([])));
  expect(broken).toMatchObject({ limits: [], limitsProblem: expect.any(String), keys: [key] });
  const elsewhere = await detail(() => Promise.reject(new LimitsError('rules_elsewhere', 'by xDS')));
  expect(elsewhere).toMatchObject({ limitsProblem: 'by xDS' });
});
