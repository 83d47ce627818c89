import { z } from 'zod';

const MAX_YEARS = 100;
/** Seconds from now. */
export const seconds = z
  .int()
  .min(1)
  .max(MAX_YEARS * 365 * 86_400);

const names = z.array(z.string()).max(100);

/** What of it can be is for authz's administration to say. */
export const grantsSchema = {
  cidrs: names.optional(),
  routes: names.optional(),
  roles: names.optional(),
  scopes: names.optional(),
  permissions: z
    .strictObject({
      maxTokensPerRequest: z.int().min(1).optional(),
      allowedSkills: names.optional(),
      allowedModels: names.optional(),
    })
    .optional(),
};

export const keyIdSchema = z.strictObject({ id: z.string() });
