import { z } from 'zod';
import { addedText } from './added-text.ts';

/** The tiers of an installation that names none of its own. */
export const SHIPPED_TIERS = ['free', 'standard', 'pro', 'team', 'enterprise'];

export const tiersSchema = z
  .record(
    z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected lower-case letters, digits and dashes'),
    z.strictObject({
      description: z.string().default('').describe('for people; shown nowhere else'),
      systemPrefix: addedText()
        .optional()
        .describe("goes before the `system` of each request of the tier, and before its route's"),
    }),
  )
  .refine((tiers) => Object.keys(tiers).length > 0, { error: 'expected at least one tier' })
  .default(Object.fromEntries(SHIPPED_TIERS.map((name) => [name, { description: '' }])))
  .describe('the named sets of limits that a key can have; their figures are in ratelimit.files');
