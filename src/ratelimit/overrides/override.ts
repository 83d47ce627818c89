import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MAX_REQUESTS } from '../rules/rule.ts';

const MAX_NAME_CHARACTERS = 200;
const MAX_ENTRIES = 16;
const MAX_REASON_CHARACTERS = 300;

const name = z.string().min(1).max(MAX_NAME_CHARACTERS);

/** What an override changes: a limit by its name in the rule file, for the descriptors that have all the entries. */
export const overrideTargetSchema = z.strictObject({
  domain: name,
  limit: name.describe("the limit's name in the rule file"),
  entries: z
    .record(name, z.string().max(MAX_NAME_CHARACTERS))
    .refine((entries) => Object.keys(entries).length <= MAX_ENTRIES, {
      error: `expected at most ${MAX_ENTRIES} entries`,
    })
    .default({})
    .describe('descriptor entries that must be there; none: every descriptor that meets the limit'),
});

/** What it says instead of the rule file. */
export const overrideFigureSchema = z
  .union([z.int().min(0).max(MAX_REQUESTS), z.literal('unlimited')], {
    error: `expected a whole number from 0 to ${MAX_REQUESTS}, or "unlimited"`,
  })
  .describe("the figure in place of the rule file's; 0 refuses everything");

export const overrideBurstSchema = z
  .int()
  .min(1)
  .max(MAX_REQUESTS)
  .describe("of a token bucket: the most tokens that are kept; absent: the rule file's");

export const overrideReasonSchema = z.string().max(MAX_REASON_CHARACTERS).describe('why, for people');

export const overrideSchema = overrideTargetSchema.extend({
  requests: overrideFigureSchema,
  burst: overrideBurstSchema.optional(),
  reason: overrideReasonSchema.optional(),
  setAt: z.iso.datetime().describe('when it was set'),
  setBy: z.string().describe('who set it'),
  expiresAt: z.iso.datetime().optional().describe('from when on the rule file holds again; absent: never'),
});

export type OverrideTarget = z.infer<typeof overrideTargetSchema>;

/** A limit's figure that an operator has changed for some descriptors. The window and what has been counted stay. */
export type LimitOverride = z.infer<typeof overrideSchema>;

/** Names an override by what it changes, so that setting the same thing again replaces it. */
export function overrideId({ domain, limit, entries }: OverrideTarget): string {
  const sorted = Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([domain, limit, sorted]))
    .digest('hex')
    .slice(0, 16);
}

export function isExpired({ expiresAt }: Pick<LimitOverride, 'expiresAt'>, nowMs: number): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;
}
