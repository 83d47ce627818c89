import { expect, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import { silentLogger } from '../telemetry/index.ts';
import { createTokenBudget } from './token-budget.ts';

const acme = { tenant: 'acme', tier: 'pro' };
const ENTRIES = [
  { key: 'budget', value: 'tokens' },
  { key: 'tier', value: 'pro' },
  { key: 'tenant', value: 'acme' },
];

test('tokens are charged to the tenant of its tier', async () => {
  const asked: unknown[] = [];
  const ask = async (entries: unknown, hits: number) => {
    asked.push({ entries, hits });
    return { kind: 'passed' as const };
  };
  const budget = createTokenBudget({ ask }, silentLogger);
  budget.charge(acme, 120);
  budget.charge(acme, 0);
  await budget.close();
  expect(asked).toEqual([{ entries: ENTRIES, hits: 120 }]);
});

test('what cannot be charged while Redis is away is charged later, all of it and once', async () => {
  let away = true;
  let charged = 0;
  const ask = async (_entries: unknown, hits: number) => {
    if (away) throw new Error('Redis is away');
    charged += hits;
    return { kind: 'passed' as const };
  };
  const budget = createTokenBudget({ ask }, silentLogger, 5);
  for (let sent = 0; sent < 10; sent += 1) budget.charge(acme, 10);
  await new Promise(setImmediate);
  expect(charged).toBe(0);
  away = false;
  await until(() => charged > 0, 'it is tried again');
  await budget.close();
  expect(charged).toBe(100);
});
