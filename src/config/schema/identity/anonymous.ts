import { z } from 'zod';

const name = () =>
  z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      'expected 1 to 64 letters, digits, dots, dashes and underscores',
    );

export const anonymousSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('whether a request without any credential passes on routes that say so'),
    client: name().default('anonymous').describe('the client that all of them count as'),
    tenant: name().default('anonymous').describe('the tenant that they belong to'),
    tier: z.string().default('free').describe('their set of limits, which they share'),
  })
  .prefault({});
