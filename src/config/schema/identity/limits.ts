import { z } from 'zod';

export const identityLimitsSchema = z
  .strictObject({
    maxConcurrentChecks: z
      .int()
      .min(1)
      .max(100_000)
      .default(1_024)
      .describe('checks that one process works on at the same time; one more is answered with 503 at once'),
  })
  .prefault({});
