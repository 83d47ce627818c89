import { z } from 'zod';
import { optionalDuration } from '../units.ts';

const names = () => z.array(z.string().min(1).max(128)).max(1_000);

const tierPermissionsSchema = z.strictObject({
  maxTokensPerRequest: z.int().min(1).optional().describe('the most that `max_tokens` may be'),
  maxTurns: z.int().min(1).optional().describe('the most that `max_turns` may be'),
  maxTimeout: optionalDuration()
    .refine((timeout) => timeout === undefined || timeout.ms >= 1000, { error: 'expected 1s or more' })
    .describe('the most that `timeout_s` may be'),
  allowedSkills: names().optional().describe('the only `skills` that a request may name'),
  allowedModels: names()
    .optional()
    .describe('the only models that a request may use; one that names none uses model.name'),
});

export const permissionsSchema = z
  .strictObject({
    tiers: z
      .record(z.string(), tierPermissionsSchema)
      .default({})
      .describe('what the requests of a tier may ask for; a credential can allow less, never more'),
    onExceeded: z
      .enum(['deny', 'clamp'])
      .default('deny')
      .describe(
        'a number over its limit: answer 403, or run the job with the limit. A model or skill outside is always 403',
      ),
    shadow: z
      .boolean()
      .default(false)
      .describe('log and count what permissions would have refused, and let it pass unlimited'),
  })
  .prefault({});
