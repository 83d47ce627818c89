import { z } from 'zod';

const MAX_DEPTH = 8;

/**
 * Where a claim is: `sub`, or names within names as `permissions.rate_limit_tier`; a list of names where one has a dot
 * in it, as ['https://example.com/tenant'].
 */
function claimPath(fallback: string) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((path) => (typeof path === 'string' ? path.split('.') : path))
    .refine((names) => names.length > 0 && names.length <= MAX_DEPTH && names.every((name) => name !== ''), {
      error: 'expected the name of a claim such as sub or permissions.tier, or a list of names',
    })
    .prefault(fallback);
}

/** Which claim says what. */
export const claimsSchema = z
  .strictObject({
    client: claimPath('sub').describe('who calls; must be there'),
    tenant: claimPath('tenant').describe('the tenant; without it defaultTenant'),
    tier: claimPath('permissions.rate_limit_tier').describe('the tier; without it defaultTier'),
    email: claimPath('email').describe('not taken where email_verified beside it is false'),
    roles: claimPath('roles').describe('a list of texts'),
    scopes: claimPath('scope').describe('a text with spaces between, or a list of texts'),
    permissions: z
      .strictObject({
        maxTokensPerRequest: claimPath('permissions.max_tokens_per_request').describe('a whole number'),
        allowedSkills: claimPath('permissions.allowed_skills').describe('a list of texts'),
        allowedModels: claimPath('permissions.allowed_models').describe('a list of texts'),
      })
      .prefault({}),
  })
  .prefault({});

/** What a token stands for besides what its claims say. */
export const subjectShape = {
  claims: claimsSchema,
  defaultTenant: z.string().min(1).default('default').describe('tenant of a token that names none'),
  defaultTier: z.string().min(1).default('free').describe('tier of a token that names none'),
  tenants: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('the only tenants that this issuer may speak for; without it any'),
  clientPrefix: z
    .string()
    .regex(
      /^([A-Za-z0-9][A-Za-z0-9._-]{0,23})?$/,
      'expected up to 24 letters, digits, dots, dashes and underscores',
    )
    .default('')
    .describe('goes before every client of this issuer, so that two issuers cannot mean the same one'),
};

/** Where the public guide has them. */
export const defaultSubject = z.strictObject(subjectShape).parse({});
