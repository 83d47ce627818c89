import { z } from 'zod';
import { filePath, size } from '../units.ts';

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
    record: z
      .strictObject({
        file: filePath().describe('where requests are appended as lines of JSON'),
        sampling: z
          .number()
          .min(0)
          .max(1)
          .default(1)
          .describe('part of the callers that is recorded, from 0 to 1: of each all requests or none'),
        maxSize: size('64MiB').describe('size of the file at which recording ends'),
        conceal: z
          .array(z.string().min(1))
          .default([])
          .describe('further descriptor keys whose values are recorded as digests; credentials always are'),
      })
      .optional()
      .describe('records requests to the service, for `gatehouse limits replay`; off unless it is set'),
  })
  .prefault({});
