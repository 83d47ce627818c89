import type { Config } from '../../config/index.ts';

/** Whose money is spent. */
export interface Spender {
  tenant: string;
  tier: string;
}

/** The most that a tenant's jobs may cost, in US dollars; what is absent is not limited. */
export interface BudgetLimits {
  day?: number | undefined;
  month?: number | undefined;
}

/** @returns undefined where nothing is limited */
export function limitsOf(budgets: Config['budgets'], { tenant, tier }: Spender): BudgetLimits | undefined {
  const own = named(budgets.tenants, tenant);
  const shared = named(budgets.tiers, tier);
  const day = own?.day ?? shared?.day;
  const month = own?.month ?? shared?.month;
  return day === undefined && month === undefined ? undefined : { day, month };
}

/** A tenant may be called `constructor`. */
function named(budgets: Readonly<Record<string, BudgetLimits>>, name: string): BudgetLimits | undefined {
  return Object.hasOwn(budgets, name) ? budgets[name] : undefined;
}
