import { z } from 'zod';

/** Up to which amount billionths of a dollar can be counted exactly. */
const MAX_USD = 9_000_000;

const budget = z.strictObject({
  day: z.number().positive().max(MAX_USD).optional().describe('US dollars for a day, in UTC'),
  month: z.number().positive().max(MAX_USD).optional().describe('US dollars for a calendar month, in UTC'),
});

export const budgetsSchema = z
  .strictObject({
    tiers: z
      .record(z.string(), budget)
      .default({})
      .describe('what the jobs of each tenant of a tier may cost'),
    tenants: z
      .record(z.string(), budget)
      .default({})
      .describe("what a tenant's jobs may cost; what it names goes over the tier's"),
    onStoreFailure: z
      .enum(['deny', 'allow'])
      .default('deny')
      .describe(
        'while Redis cannot say what has been spent: refuse model requests of tenants with a budget, or not',
      ),
  })
  .prefault({});
