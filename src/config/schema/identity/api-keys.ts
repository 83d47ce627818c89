import { z } from 'zod';
import { duration, filePath } from '../../units.ts';

export const apiKeysSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('whether API keys are a way to say who calls'),
    shadow: z
      .boolean()
      .default(false)
      .describe('log and count what a key is refused for its address, and let it pass'),
    hashKeyFile: filePath()
      .optional()
      .describe('32 random bytes in hex that key the hash of API keys at rest'),
    cache: z
      .strictObject({
        ttl: duration('30s').describe(
          'longest time that a looked-up key is taken from memory; a change is announced and needs no wait',
        ),
        maxEntries: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(10_000)
          .describe('keys that each process remembers; about 1 KiB each'),
      })
      .prefault({}),
  })
  .prefault({});
