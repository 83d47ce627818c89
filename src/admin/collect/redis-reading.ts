import type { Config } from '../../config/index.ts';
import type { JobAdministration, QueueDepth } from '../../jobs/index.ts';
import { readSharedHealth, readSpending, type Spender, type Spending } from '../../model/index.ts';
import type { Redis, RedisKeys } from '../../redis/index.ts';
import type { BudgetState, ProviderState } from '../contract.ts';

/** What Redis says of the installation now. */
export interface RedisReading {
  latencyMs: number;
  queue: QueueDepth;
  /** How long the job has waited that has waited longest; 0 without one. */
  oldestJobMs: number;
  /** Providers that are not to be asked. */
  unavailable: Map<string, ProviderState>;
  budgets: BudgetState[];
}

export interface RedisReader {
  redis: Redis;
  keys: RedisKeys;
  budgets: Config['budgets'];
  jobs: Pick<JobAdministration, 'depth' | 'get'>;
  /** Whose budgets are looked at. */
  spenders(): readonly Spender[];
}

const MAX_BUDGETS = 20;

/** @throws what Redis throws, within its connection's deadline */
export async function readRedis({
  redis,
  keys,
  budgets,
  jobs,
  spenders,
}: RedisReader): Promise<RedisReading> {
  const begunMs = performance.now();
  await redis.ping();
  const latencyMs = performance.now() - begunMs;
  const nowMs = Date.now();
  const [queue, health, spending] = await Promise.all([
    jobs.depth(),
    readSharedHealth(redis, keys, nowMs),
    readSpending({ redis, keys, budgets }, spenders(), nowMs),
  ]);
  const oldest = queue.oldestWaiting === undefined ? undefined : await jobs.get(queue.oldestWaiting);
  const unavailable = [...health].map(([name, { kind, untilMs }]) => {
    const state: ProviderState = { name, state: kind, until: new Date(untilMs).toISOString() };
    return [name, state] as const;
  });
  return {
    latencyMs,
    queue,
    oldestJobMs: oldest === undefined ? 0 : Math.max(0, nowMs - Date.parse(oldest.createdAt)),
    unavailable: new Map(unavailable),
    budgets: spending.map(budgetState).sort(byShare).slice(0, MAX_BUDGETS),
  };
}

export function budgetState({ tenant, period, spentUsd, limitUsd }: Spending): BudgetState {
  return { tenant, period: period.kind, spentUsd, limitUsd, endsAt: new Date(period.endsMs).toISOString() };
}

function byShare(a: BudgetState, b: BudgetState): number {
  return b.spentUsd / b.limitUsd - a.spentUsd / a.limitUsd;
}
