import { claimsOf, signToken } from '../../../support/json-web-token.ts';
import { honest, hostile, rsaToken } from '../case.ts';
import { ISSUERS, type World } from '../world.ts';

const nowS = () => Math.floor(Date.now() / 1000);
const strictToken = (
  { strict }: World,
  claims: Record<string, unknown> = {},
  header: object = { typ: 'at+jwt' },
) => signToken(strict, claimsOf(ISSUERS.strict, { tenant: 'acme', ...claims }), header);
/** A claim with this text as its value, also where JSON.stringify would not write it. */
const literal = (world: World, name: string, text: string) =>
  signToken(world.rsa, JSON.stringify(claimsOf(ISSUERS.rsa, { [name]: '@' })).replace('"@"', text));

const malformed: readonly (readonly [string, unknown])[] = [
  ['a text', '9999999999'],
  ['null', null],
  ['true', true],
  ['a list', [9999999999]],
  ['an object', {}],
  ['negative', -1],
  ['in milliseconds', Date.now() + 3_600_000],
  ['beyond every date', 1e300],
];

/** What the guide's tokens say, and what each issuer must not be able to say. */
export const claimCases = [
  honest('all claims of the guide', (world) =>
    rsaToken(world, {
      email: 'jane@example.com',
      roles: ['claude-code-user'],
      permissions: {
        max_tokens_per_request: 4000,
        allowed_skills: ['tdd', 'pdf', 'docx'],
        rate_limit_tier: 'pro',
      },
    }),
  ),
  honest('aud as a list that has ours', (world) => rsaToken(world, { aud: ['other', 'gatehouse'] })),
  honest('exp with a fraction of a second', (world) => rsaToken(world, { exp: nowS() + 60.5 })),
  honest('exp a moment ago, within the leeway', (world) => rsaToken(world, { exp: nowS() - 1 })),
  honest('nbf a moment ahead, within the leeway', (world) => rsaToken(world, { nbf: nowS() + 1 })),
  honest('typ with application/ before it', (world) => rsaToken(world, {}, { typ: 'application/JWT' })),
  honest('typ in lower case', (world) => rsaToken(world, {}, { typ: 'jwt' })),
  honest('no typ', (world) => rsaToken(world, {}, { typ: undefined })),
  honest('an access token', (world) => rsaToken(world, {}, { typ: 'at+jwt' })),
  honest('an access token where only those count', (world) => strictToken(world)),
  honest('a sub with any characters', (world) =>
    rsaToken(world, { sub: 'auth0|\u7528\u6237\r\nx-client-id: admin' }),
  ),
  honest('a list of scopes', (world) => rsaToken(world, { scope: ['a', 'b'] })),

  hostile('token_expired', 'expired', (world) => rsaToken(world, { exp: nowS() - 60 })),
  hostile('token_expired', 'expired since 1970', (world) => rsaToken(world, { exp: 0 })),
  hostile('token_not_yet_valid', 'nbf in the future', (world) => rsaToken(world, { nbf: nowS() + 600 })),
  hostile('token_not_yet_valid', 'issued in the future', (world) => rsaToken(world, { iat: nowS() + 600 })),
  hostile('token_too_old', 'older than its issuer allows', (world) =>
    strictToken(world, { iat: nowS() - 660 }),
  ),
  hostile('token_too_old', 'of unknown age where age counts', (world) =>
    strictToken(world, { iat: undefined }),
  ),
  hostile('token_claims', 'no exp', (world) => rsaToken(world, { exp: undefined })),
  ...malformed.map(([name, exp]) =>
    hostile('token_claims', `exp ${name}`, (world) => rsaToken(world, { exp })),
  ),
  hostile('token_malformed', 'exp beyond every number', (world) => literal(world, 'exp', '1e400')),
  ...malformed.map(([name, nbf]) =>
    hostile('token_claims', `nbf ${name}`, (world) => rsaToken(world, { nbf })),
  ),
  ...malformed.map(([name, iat]) =>
    hostile('token_claims', `iat ${name}`, (world) => rsaToken(world, { iat })),
  ),

  hostile('token_claims', 'no aud', (world) => rsaToken(world, { aud: undefined })),
  hostile('token_audience', 'aud of somebody else', (world) => rsaToken(world, { aud: 'other' })),
  hostile('token_audience', 'aud that contains ours', (world) => rsaToken(world, { aud: 'gatehouse-admin' })),
  hostile('token_audience', 'aud in other case', (world) => rsaToken(world, { aud: 'Gatehouse' })),
  hostile('token_audience', 'aud with a space between two', (world) =>
    rsaToken(world, { aud: 'other gatehouse' }),
  ),
  hostile('token_audience', 'an empty list of aud', (world) => rsaToken(world, { aud: [] })),
  hostile('token_audience', 'a list of aud without ours', (world) => rsaToken(world, { aud: ['a', 'b'] })),
  hostile('token_claims', 'a list of aud with more than texts', (world) =>
    rsaToken(world, { aud: ['gatehouse', 1] }),
  ),
  hostile('token_claims', 'a list of lists as aud', (world) => rsaToken(world, { aud: [['gatehouse']] })),
  hostile('token_claims', 'an object as aud', (world) => rsaToken(world, { aud: { gatehouse: true } })),
  hostile('token_claims', 'aud null', (world) => rsaToken(world, { aud: null })),

  hostile('token_type', 'typ of a proof of possession', (world) => rsaToken(world, {}, { typ: 'dpop+jwt' })),
  hostile('token_type', 'typ of a logout token', (world) => rsaToken(world, {}, { typ: 'logout+jwt' })),
  hostile('token_type', 'typ a list', (world) => rsaToken(world, {}, { typ: ['JWT'] })),
  hostile('token_type', 'typ empty', (world) => rsaToken(world, {}, { typ: '' })),
  hostile('token_type', 'typ JWT where only access tokens count', (world) =>
    strictToken(world, {}, { typ: 'JWT' }),
  ),
  hostile('token_type', 'no typ where only access tokens count', (world) =>
    strictToken(world, {}, { typ: undefined }),
  ),

  hostile('token_claims', 'no sub', (world) => rsaToken(world, { sub: undefined })),
  ...(
    [
      ['empty', ''],
      ['a number', 789],
      ['null', null],
      ['a list', ['user-789']],
      ['an object', { toString: 'admin' }],
      ['of 300 characters', 'u'.repeat(300)],
    ] as const
  ).map(([name, sub]) => hostile('token_claims', `sub ${name}`, (world) => rsaToken(world, { sub }))),
  ...(
    [
      ['tenant a number', { tenant: 7 }],
      ['tenant empty', { tenant: '' }],
      ['tenant null', { tenant: null }],
      ['tenant a list', { tenant: ['acme'] }],
      ['roles a text', { roles: 'admin' }],
      ['roles with more than texts', { roles: ['user', 1] }],
      ['roles with spaces in them', { roles: ['user admin'] }],
      ['roles an object', { roles: { admin: true } }],
      ['500 roles', { roles: Array.from({ length: 500 }, (_, n) => `r${n}`) }],
      ['scope a number', { scope: 1 }],
      ['scope with two spaces', { scope: 'a  b' }],
      ['email without an at sign', { email: 'jane' }],
      ['email with a line break', { email: 'jane@example.com\r\nadmin@example.com' }],
      ['email_verified a text', { email: 'jane@example.com', email_verified: 'true' }],
      ['permissions a list', { permissions: [] }],
      ['permissions a text', { permissions: 'all' }],
      ['permissions null', { permissions: null }],
      ['max_tokens_per_request a text', { permissions: { max_tokens_per_request: '4000' } }],
      ['max_tokens_per_request zero', { permissions: { max_tokens_per_request: 0 } }],
      ['max_tokens_per_request negative', { permissions: { max_tokens_per_request: -1 } }],
      ['max_tokens_per_request a fraction', { permissions: { max_tokens_per_request: 1.5 } }],
      ['max_tokens_per_request null', { permissions: { max_tokens_per_request: null } }],
      ['allowed_skills a text', { permissions: { allowed_skills: 'pdf' } }],
      ['allowed_skills null', { permissions: { allowed_skills: null } }],
      ['allowed_skills with more than texts', { permissions: { allowed_skills: ['pdf', {}] } }],
      ['allowed_models a text', { permissions: { allowed_models: 'opus' } }],
      ['rate_limit_tier a number', { permissions: { rate_limit_tier: 1 } }],
      ['rate_limit_tier a list', { permissions: { rate_limit_tier: ['pro'] } }],
      ['jti a number', { jti: 1 }],
      ['jti empty', { jti: '' }],
      ['jti of 300 characters', { jti: 'j'.repeat(300) }],
    ] as const
  ).map(([name, claims]) => hostile('token_claims', name, (world) => rsaToken(world, claims))),
  hostile('token_malformed', 'max_tokens_per_request beyond whole numbers', (world) =>
    rsaToken(world, { permissions: { max_tokens_per_request: 2 ** 60 } }),
  ),
  hostile('token_claims', 'a tenant that its issuer may not speak for', (world) =>
    strictToken(world, { tenant: 'initech' }),
  ),
  hostile('token_claims', 'no tenant, where the default is not one of its issuer', (world) =>
    strictToken(world, { tenant: undefined }),
  ),
  hostile('tier_not_configured', 'a tier that nobody has configured', (world) =>
    rsaToken(world, { permissions: { rate_limit_tier: 'platinum' } }),
  ),
  hostile('tier_not_configured', 'a tier by a name that objects inherit', (world) =>
    rsaToken(world, { permissions: { rate_limit_tier: 'constructor' } }),
  ),
  honest('permissions by a name that objects inherit, which no reader takes', (world) =>
    literal(world, '__proto__', '{"permissions":{"rate_limit_tier":"enterprise"}}'),
  ),
];
