import { z } from 'zod';

/** More than any machine has cores for. */
export const MAX_WORKERS = 256;

/** `cores` is settled where the role is served. */
const workers = (what: string) =>
  z
    .union([z.int().min(1).max(MAX_WORKERS), z.literal('cores')], {
      error: `expected a number from 1 to ${MAX_WORKERS}, or cores`,
    })
    .default(1)
    .describe(`processes that share the work of ${what}; cores: one for each core of the machine`);

export const serveSchema = z
  .strictObject({
    workers: z
      .strictObject({
        authz: workers('authz'),
        ratelimit: workers('ratelimit'),
        api: workers('api'),
      })
      .prefault({}),
  })
  .prefault({});
