import { z } from 'zod';
import { duration, filePath } from '../units.ts';

export const identitySchema = z
  .strictObject({
    apiKeys: z
      .strictObject({
        hashKeyFile: filePath()
          .optional()
          .describe('32 random bytes in hex that key the hash of API keys at rest'),
      })
      .prefault({}),
    assertion: z
      .strictObject({
        keyFile: filePath().optional().describe('32 random bytes in hex that sign the identity assertion'),
        ttl: duration('30s').describe('how long an assertion is good for'),
      })
      .prefault({}),
  })
  .prefault({});
