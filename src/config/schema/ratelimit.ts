import { z } from 'zod';
import { filePath } from '../units.ts';

export const ratelimitSchema = z
  .strictObject({
    files: z
      .array(filePath())
      .min(1)
      .optional()
      .describe('rule files in the format of envoyproxy/ratelimit; without it the ones that ship'),
    onStoreFailure: z
      .enum(['deny', 'allow'])
      .default('deny')
      .describe('what the rate limit service answers while Redis is away'),
  })
  .prefault({});
