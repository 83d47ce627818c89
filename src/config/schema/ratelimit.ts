import { z } from 'zod';
import { duration, filePath, size } from '../units.ts';

export const ratelimitSchema = z
  .strictObject({
    files: z
      .array(filePath())
      .min(1)
      .optional()
      .describe('rule files in the format of envoyproxy/ratelimit; without it the ones that ship'),
    onStoreFailure: z
      .enum(['deny', 'allow', 'local'])
      .default('deny')
      .describe(
        'what the rate limit service does while Redis is away: deny (an error), allow without counting, or local (each process counts by itself); a domain can say otherwise',
      ),
    local: z
      .strictObject({
        share: z
          .number()
          .gt(0)
          .max(1)
          .default(0.5)
          .describe('with local: the part of each limit that one process grants; 1 divided by the processes'),
        maxBuckets: z
          .int()
          .min(1)
          .default(100_000)
          .describe(
            'with local: buckets that one process keeps; the one asked longest ago is forgotten first',
          ),
      })
      .prefault({}),
    breaker: z
      .strictObject({
        lateAnswers: z
          .int()
          .min(1)
          .default(5)
          .describe('late answers in a row after which Redis is not waited for'),
        retryAfter: duration('500ms').describe('how often Redis is asked then until it answers'),
      })
      .prefault({}),
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
