import { z } from 'zod';
import { duration, filePath } from '../units.ts';
import { anonymousSchema } from './identity/anonymous.ts';
import { apiKeysSchema } from './identity/api-keys.ts';
import { blocklistSchema } from './identity/blocklist.ts';
import { introspectionSchema } from './identity/introspection.ts';
import { jwtSchema } from './identity/jwt.ts';
import { identityLimitsSchema } from './identity/limits.ts';
import { mtlsSchema } from './identity/mtls.ts';
import { oidcSchema } from './identity/oidc.ts';

export const identitySchema = z
  .strictObject({
    apiKeys: apiKeysSchema,
    anonymous: anonymousSchema,
    mtls: mtlsSchema,
    oidc: oidcSchema,
    jwt: jwtSchema,
    introspection: introspectionSchema,
    blocklist: blocklistSchema,
    limits: identityLimitsSchema,
    assertion: z
      .strictObject({
        keyFile: filePath().optional().describe('32 random bytes in hex that sign the identity assertion'),
        ttl: duration('30s')
          .refine(({ ms }) => ms >= 1_000 && ms <= 600_000, { error: 'expected 1s to 10m' })
          .describe('how long an assertion is good for'),
      })
      .prefault({}),
  })
  .prefault({});
