import type { Config } from '../../config/index.ts';
import type { Redis, RedisKeys } from '../../redis/index.ts';
import { limitsOf, type Spender } from './budget-limits.ts';
import { type Period, periodsAt } from './period.ts';

/** What a tenant has spent of a budget. */
export interface Spending {
  tenant: string;
  period: Period;
  spentUsd: number;
  limitUsd: number;
}

const NANO_USD = 1e9;

/**
 * What tenants have spent of their budgets of today and of this month.
 * @param spenders tenants that have none are left out
 * @throws what Redis throws
 */
export async function readSpending(
  { redis, keys, budgets }: { redis: Redis; keys: Pick<RedisKeys, 'spending'>; budgets: Config['budgets'] },
  spenders: readonly Spender[],
  nowMs: number,
): Promise<Spending[]> {
  const { day, month } = periodsAt(nowMs);
  const limited = spenders.flatMap((spender) => {
    const limits = limitsOf(budgets, spender);
    return [day, month].flatMap((period) => {
      const limitUsd = limits?.[period.kind];
      return limitUsd === undefined ? [] : [{ tenant: spender.tenant, period, limitUsd }];
    });
  });
  // One command each: on Redis Cluster they are in different slots.
  return Promise.all(
    limited.map(async ({ tenant, period, limitUsd }) => {
      const spent = await redis.get(keys.spending(tenant, period.name));
      return { tenant, period, limitUsd, spentUsd: Number(spent ?? 0) / NANO_USD };
    }),
  );
}
