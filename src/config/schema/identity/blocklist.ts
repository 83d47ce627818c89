import { z } from 'zod';

export const blocklistSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('whether credentials are looked up in the blocklist'),
    shadow: z.boolean().default(false).describe('log and count what is blocked, and let it pass'),
    onStoreFailure: z
      .enum(['deny', 'lastKnown'])
      .default('deny')
      .describe('while Redis is away: answer 503, or go by what was blocked when it was last there'),
    maxEntries: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(100_000)
      .describe('entries that it takes; each process holds a copy, about 0.5 KiB an entry'),
  })
  .prefault({});
