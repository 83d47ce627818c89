import { z } from 'zod';
import { duration, filePath } from '../units.ts';

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
    name: z.string().min(1).default('sonnet').describe('model when the request does not say'),
    requestTimeout: duration('5m').describe('how long one model request may take'),
    idleTimeout: duration('60s').describe('how long a model answer may be silent'),
  })
  .prefault({});
