import { randomUUID } from 'node:crypto';
import type { Config } from '../../config/index.ts';
import { bindScript, type Redis, type RedisKeys } from '../../redis/index.ts';
import { createFailureLog, type Logger } from '../../telemetry/index.ts';
import { type BudgetLimits, limitsOf, type Spender } from './budget-limits.ts';
import { type Period, periodsAt } from './period.ts';

/** Whether a tenant may spend more. */
export type BudgetState =
  | { kind: 'open' }
  /** The budget of the period is used up. */
  | { kind: 'exceeded'; period: Period; limitUsd: number }
  /** Redis cannot say what has been spent, and the configuration has that refused. */
  | { kind: 'unknown' };

/** What tenants may spend, and what their jobs have cost. */
export interface Budget {
  stateOf(spender: Spender): Promise<BudgetState>;
  /** Never waits and never throws: what Redis does not take now is charged later. */
  charge(spender: Spender, nanoUsd: number): void;
  /** Charges what is left, as far as Redis takes it. */
  close(): Promise<void>;
}

/** Without Redis there is nothing to add up in. */
export const NO_BUDGET: Budget = {
  stateOf: async () => ({ kind: 'open' }),
  charge() {},
  async close() {},
};

/** Part of what a tenant spent, which is added to its day and month once, however often it is sent. */
interface Charge {
  id: string;
  tenant: string;
  nanoUsd: number;
  atMs: number;
  /** Redis has been asked to add it; what is asked of Redis afterwards is answered with it. */
  isSent: boolean;
}

const NANO_USD = 1e9;
const RETRY_EVERY_MS = 1_000;
/** Charges that wait for Redis; beyond them the oldest is let off. */
const MAX_WAITING = 10_000;
/** A charge is not sent again after so long. */
const CHARGE_KEPT_MS = 3_600_000;
/** So that what was spent can still be looked up once its period is over. */
const KEPT_AFTER_PERIOD_MS = 40 * 24 * 3_600_000;

export interface BudgetOptions {
  budgets: Config['budgets'];
  redis: Redis;
  keys: RedisKeys;
  logger: Logger;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** For tests. */
  retryEveryMs?: number;
}

export function openBudget(options: BudgetOptions): Budget {
  const { budgets, redis, keys, logger, now = Date.now, retryEveryMs = RETRY_EVERY_MS } = options;
  const charge = bindScript(redis, new URL('./charge.lua', import.meta.url));
  const failures = createFailureLog({
    logger,
    code: 'budget_not_known',
    failing:
      'What tenants have spent cannot be read or written: model requests are treated as budgets.onStoreFailure says',
    recovered: 'What tenants have spent is known again',
    now: () => performance.now(),
  });
  const waiting = new Set<Charge>();
  let charging: Promise<void> | undefined;

  async function chargeAll(): Promise<void> {
    for (const next of waiting) {
      const { day, month } = periodsAt(next.atMs);
      next.isSent = true;
      await charge(
        [
          keys.spending(next.tenant, next.id),
          keys.spending(next.tenant, day.name),
          keys.spending(next.tenant, month.name),
        ],
        [
          next.nanoUsd,
          CHARGE_KEPT_MS,
          day.endsMs + KEPT_AFTER_PERIOD_MS,
          month.endsMs + KEPT_AFTER_PERIOD_MS,
        ],
      ).catch((error: unknown) => {
        next.isSent = false;
        throw error;
      });
      waiting.delete(next);
    }
    failures.succeeded();
  }
  const start = (): Promise<void> => {
    charging ??= chargeAll()
      .catch(failures.failed)
      .finally(() => {
        charging = undefined;
      });
    return charging;
  };
  const retry = setInterval(() => {
    for (const each of waiting) if (now() - each.atMs >= CHARGE_KEPT_MS) letOff(each);
    if (waiting.size > 0) void start();
  }, retryEveryMs);

  function letOff(each: Charge): void {
    waiting.delete(each);
    logger.warn(
      { code: 'cost_not_charged', tenant: each.tenant },
      'What a job cost was not charged to its budget',
    );
  }

  async function spent(tenant: string, period: Period): Promise<number> {
    let untold = 0;
    for (const each of waiting) {
      const isOfPeriod = each.tenant === tenant && periodsAt(each.atMs)[period.kind].name === period.name;
      if (isOfPeriod && !each.isSent) untold += each.nanoUsd;
    }
    const stored = Number((await redis.get(keys.spending(tenant, period.name))) ?? 0);
    return (stored + untold) / NANO_USD;
  }

  async function exceeded(tenant: string, limits: BudgetLimits): Promise<BudgetState> {
    const { day, month } = periodsAt(now());
    for (const period of [day, month]) {
      const limitUsd = limits[period.kind];
      if (limitUsd !== undefined && (await spent(tenant, period)) >= limitUsd) {
        return { kind: 'exceeded', period, limitUsd };
      }
    }
    return { kind: 'open' };
  }

  return {
    async stateOf(spender) {
      const limits = limitsOf(budgets, spender);
      if (limits === undefined) return { kind: 'open' };
      try {
        const state = await exceeded(spender.tenant, limits);
        failures.succeeded();
        return state;
      } catch (error) {
        failures.failed(error);
        return { kind: budgets.onStoreFailure === 'deny' ? 'unknown' : 'open' };
      }
    },
    charge({ tenant }, nanoUsd) {
      if (nanoUsd <= 0) return;
      waiting.add({ id: randomUUID(), tenant, nanoUsd, atMs: now(), isSent: false });
      const [oldest] = waiting;
      if (waiting.size > MAX_WAITING && oldest !== undefined) letOff(oldest);
      void start();
    },
    async close() {
      clearInterval(retry);
      await charging;
      if (waiting.size > 0) await start();
    },
  };
}

/** Why a tenant may not spend more, for its callers. */
export function budgetMessage({ period, limitUsd }: Extract<BudgetState, { kind: 'exceeded' }>): string {
  const until = new Date(period.endsMs).toISOString();
  return `The budget of ${limitUsd} US dollars for a ${period.kind} is used up until ${until}.`;
}
