import { z } from 'zod';
import { filePath, positiveDuration } from '../units.ts';

const MAX_TOKENS = 100;

const tokenSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^(?!default$)[a-z][a-z0-9-]{0,31}$/,
      'expected lower-case letters, digits and dashes, other than default',
    )
    .describe('who has it; the audit says admin:NAME'),
  file: filePath().describe('the token, at least 32 characters'),
  role: z
    .enum(['viewer', 'operator'])
    .default('viewer')
    .describe('a viewer sees everything but what jobs wrote, and changes nothing; an operator may change'),
  output: z.boolean().default(false).describe('whether it may see what jobs wrote'),
});

export const adminSchema = z
  .strictObject({
    tokenFile: filePath()
      .optional()
      .describe(
        'token of the admin API that may do everything, at least 32 characters; `gatehouse up` makes one',
      ),
    tokens: z
      .array(tokenSchema)
      .max(MAX_TOKENS)
      .refine((tokens) => new Set(tokens.map(({ name }) => name)).size === tokens.length, {
        error: 'expected a name of its own for each token',
      })
      .default([])
      .describe('more tokens, each with what it may do'),
    sessionLifetime: positiveDuration('12h').describe(
      'how long a browser stays signed in, however much it is used',
    ),
    prometheusUrl: z
      .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })
      .optional()
      .describe(
        'a Prometheus with the rules of deploy/prometheus: the dashboard then shows how alerts stand there. Without it the admin role judges them itself, by the same definitions',
      ),
    hosts: z
      .array(z.string().regex(/^[^\s/:]+(:\d{1,5})?$/, 'expected a host name, or name:port'))
      .max(100)
      .default([])
      .describe(
        'names under which browsers reach the admin port, besides localhost and the address in listen.admin; such as the name of a proxy in front of it',
      ),
    trustedHops: z
      .int()
      .min(0)
      .max(16)
      .default(0)
      .describe(
        "proxies in front of the admin port that append to X-Forwarded-For; 0: a caller's address is the connection's. By address wrong tokens are limited, and sign-ins are in log and audit",
      ),
  })
  .prefault({});
