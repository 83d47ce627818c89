import { z } from 'zod';
import { duration, filePath, positiveDuration, positiveSize } from '../units.ts';
import { modelPattern, modelPricesSchema } from './model-prices.ts';
import { modelBreakerSchema, modelProviderSchema, modelQueueSchema } from './model-providers.ts';

const modelName = () => z.string().min(1).max(256);
const mapping = () => z.record(modelPattern(), modelName());

export const modelSchema = z
  .strictObject({
    provider: z
      .enum(['auto', 'anthropic', 'stand-in'])
      .default('auto')
      .describe('auto: anthropic where an API key is set, else the stand-in model'),
    baseUrl: z
      .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })
      .optional()
      .describe("the provider's address; without it ANTHROPIC_BASE_URL, else https://api.anthropic.com"),
    apiKeyFile: filePath()
      .optional()
      .describe("file with the provider's key; without it ANTHROPIC_API_KEY, else ANTHROPIC_AUTH_TOKEN"),
    providers: z
      .array(modelProviderSchema)
      .max(10)
      .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
        error: 'expected names that differ',
      })
      .default([])
      .describe(
        'providers in the order in which they are asked, in place of model.baseUrl and model.apiKeyFile: the next one where those before it fail or pause',
      ),
    name: modelName().default('sonnet').describe('model when the request does not say'),
    helperModels: z
      .array(modelPattern())
      .max(100)
      .default(['claude-haiku-*', 'claude-3-5-haiku-*'])
      .describe(
        'models that any job may ask for beside its own: Claude Code uses a small one for work of its own',
      ),
    otherModels: z
      .enum(['refuse', 'permitted'])
      .default('refuse')
      .describe(
        "what a run may ask for beside its job's model and the helpers: nothing, or what the caller's permissions allow",
      ),
    tierModels: z
      .record(z.string(), mapping())
      .default({})
      .describe(
        'tier -> model, or how some begin with `*` at the end -> the model that the tier gets instead',
      ),
    onMaxTokensExceeded: z
      .enum(['clamp', 'refuse'])
      .default('clamp')
      .describe('a model request for more output than its job may have: lower it, or refuse it'),
    serverTools: z
      .array(
        z.enum([
          'web_search',
          'web_fetch',
          'code_execution',
          'tool_search',
          'mcp',
          'advisor',
          'compaction',
          'url_sources',
          'files',
        ]),
      )
      .default([])
      .describe(
        'what a run may have the provider do on its own side, outside the sandbox; the rest is refused',
      ),
    acceptUnknown: z
      .array(z.string().min(1).max(100))
      .max(100)
      .default([])
      .describe(
        'parts of a request that a newer Claude Code sends and the proxy does not know, as its refusals name them',
      ),
    prices: modelPricesSchema,
    breaker: modelBreakerSchema,
    whileUnavailable: z
      .enum(['refuse', 'queue'])
      .default('refuse')
      .describe('new jobs while no provider can be asked: answer 503, or take them into the queue'),
    maxPause: duration('5m').describe("the longest pause that a provider's Retry-After causes"),
    queue: modelQueueSchema,
    requestTimeout: positiveDuration('5m').describe('how long one model request may take'),
    firstByteTimeout: positiveDuration('30s').describe('how long a streamed answer may take to begin'),
    idleTimeout: positiveDuration('60s').describe('how long a model answer may be silent'),
    maxRequestSize: positiveSize('32MiB').describe('the largest model request; the provider takes 32 MB'),
    maxHeldRequests: positiveSize('256MiB').describe(
      'all requests that wait or are answered now may be so large',
    ),
  })
  .prefault({});
