import { z } from 'zod';
import { duration, filePath, positiveDuration } from '../units.ts';
import { modelPattern } from './model-prices.ts';

/** What Anthropic lets one key have under way varies by account; these keep a process from flooding any. */
const MAX_CONCURRENT = 32;

export const modelProviderSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected lower-case letters, digits and dashes')
    .describe('what logs and metrics call it'),
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })
    .describe('its address: any server that speaks the Messages API'),
  auth: z
    .enum(['x-api-key', 'bearer', 'none'])
    .optional()
    .describe(
      'how its key is sent; `none` for a server that asks for none. Without it as x-api-key, but ANTHROPIC_AUTH_TOKEN as bearer',
    ),
  apiKeyFile: filePath()
    .optional()
    .describe('file with its key; without it ANTHROPIC_API_KEY, else ANTHROPIC_AUTH_TOKEN'),
  models: z
    .record(modelPattern(), z.string().min(1).max(256))
    .default({})
    .describe('model, or how some begin with `*` at the end -> what it is called there'),
  maxConcurrent: z
    .int()
    .min(1)
    .max(10_000)
    .default(MAX_CONCURRENT)
    .describe('requests that one worker process may have under way there'),
});

export const modelBreakerSchema = z
  .strictObject({
    errorPercentage: z.number().min(1).max(100).default(20).describe('share of failures that opens it'),
    minRequests: z.int().min(1).default(20).describe('it does not open before so many requests'),
    window: positiveDuration('60s').describe('over which time they are counted'),
    resetAfter: duration('60s').describe('how long a provider is not asked; then one request tries it out'),
  })
  .prefault({});

export const modelQueueSchema = z
  .strictObject({
    maxConcurrent: z
      .int()
      .min(1)
      .max(10_000)
      .default(MAX_CONCURRENT)
      .describe('requests that one worker process may have under way, where model.providers is empty'),
    max: z
      .int()
      .min(0)
      .max(100_000)
      .default(256)
      .describe('requests that may wait for their turn; tenants take turns'),
    timeout: duration('60s').describe(
      'how long one may wait, also for a provider that has asked for a pause',
    ),
  })
  .prefault({});
