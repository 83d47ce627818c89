import { describe, expect, test } from 'vitest';
import { defaultSubject } from '../../config/index.ts';
import { ClaimProblem } from './read.ts';
import { type SubjectRules, subjectOf } from './subject.ts';

const GUIDE = {
  sub: 'user-789',
  email: 'jane@example.com',
  roles: ['claude-code-user'],
  permissions: {
    max_tokens_per_request: 4000,
    allowed_skills: ['tdd', 'pdf', 'docx'],
    rate_limit_tier: 'standard',
  },
};

const rules = (change: Partial<SubjectRules> = {}): SubjectRules => ({ ...defaultSubject, ...change });
const withPaths = (claims: Partial<SubjectRules['claims']>) =>
  rules({ claims: { ...defaultSubject.claims, ...claims } });

function problemOf(claims: Record<string, unknown>, given: SubjectRules = rules()): string {
  try {
    subjectOf(claims, given);
  } catch (error) {
    if (error instanceof ClaimProblem) return error.message;
    throw error;
  }
  return '';
}

describe('claims say who somebody is', () => {
  test('as the public guide has them', () => {
    expect(subjectOf(GUIDE, rules())).toEqual({
      client: 'user-789',
      tenant: 'default',
      tier: 'standard',
      email: 'jane@example.com',
      roles: ['claude-code-user'],
      scopes: [],
      permissions: { maxTokensPerRequest: 4000, allowedSkills: ['tdd', 'pdf', 'docx'] },
    });
  });

  test('with the defaults where they are silent', () => {
    expect(subjectOf({ sub: 'a' }, rules({ defaultTenant: 'acme', defaultTier: 'pro' }))).toEqual({
      ...{ client: 'a', tenant: 'acme', tier: 'pro', roles: [], scopes: [], permissions: {} },
    });
  });

  test('where the configuration says that they are', () => {
    const given = withPaths({
      client: ['azp'],
      tenant: ['https://example.com/tenant'],
      tier: ['plan', 'name'],
      roles: ['realm_access', 'roles'],
    });
    const claims = {
      azp: 'service-a',
      'https://example.com/tenant': 'acme',
      plan: { name: 'pro' },
      realm_access: { roles: ['operator'] },
    };
    expect(subjectOf(claims, given)).toMatchObject({
      ...{ client: 'service-a', tenant: 'acme', tier: 'pro', roles: ['operator'] },
    });
  });

  test('with the prefix of their issuer', () => {
    expect(subjectOf({ sub: 'a' }, rules({ clientPrefix: 'partner.' })).client).toBe('partner.a');
  });

  test.each([
    ['a text with spaces between', 'read write'],
    ['a list', ['read', 'write']],
  ])('with scopes as %s', (_, scope) => {
    expect(subjectOf({ sub: 'a', scope }, rules()).scopes).toEqual(['read', 'write']);
  });

  test('without scopes where they are an empty text', () => {
    expect(subjectOf({ sub: 'a', scope: '' }, rules()).scopes).toEqual([]);
  });

  test('without an e-mail address that is not verified', () => {
    expect(subjectOf({ ...GUIDE, email_verified: false }, rules()).email).toBeUndefined();
    expect(subjectOf({ ...GUIDE, email_verified: true }, rules())).toHaveProperty('email');
  });

  test('by an e-mail address, but not by one that is not verified', () => {
    const given = withPaths({ client: ['email'] });
    expect(subjectOf(GUIDE, given).client).toMatch(/^jane-example[.]com[.]/);
    expect(problemOf({ ...GUIDE, email_verified: false }, given)).toBe('email is missing or not verified');
  });

  test('only for tenants that the issuer may speak for', () => {
    const given = rules({ tenants: ['acme'] });
    expect(subjectOf({ sub: 'a', tenant: 'acme' }, given).tenant).toBe('acme');
    const refusal = 'tenant is none of those that this issuer may speak for';
    expect(problemOf({ sub: 'a', tenant: 'globex' }, given)).toBe(refusal);
    expect(problemOf({ sub: 'a' }, given)).toBe(refusal);
  });
});

describe('a claim that is malformed is named, and never repeated', () => {
  test.each([
    ['sub is missing', {}],
    ['sub is not a text', { sub: 7 }],
    ['sub is longer than 255 characters or not well-formed', { sub: 'a'.repeat(256) }],
    ['tenant is not a text', { tenant: null }],
    ['permissions is not an object', { permissions: 'secret' }],
    ['permissions.rate_limit_tier is not a text', { permissions: { rate_limit_tier: '' } }],
    [
      'permissions.max_tokens_per_request is not a whole number from 1',
      { permissions: { max_tokens_per_request: 0 } },
    ],
    ['permissions.allowed_skills is not a list of texts', { permissions: { allowed_skills: 'secret' } }],
    ['roles has more than 100 entries', { roles: Array.from({ length: 101 }, () => 'a') }],
    [
      'roles has an entry that is not printable text without spaces of at most 128 characters',
      { roles: ['secret\n'] },
    ],
    ['email is not an e-mail address', { email: 'secret' }],
    ['email_verified is not true or false', { email: 'a@b', email_verified: 'secret' }],
  ])('%s', (message, claims) => {
    const sub = message.startsWith('sub') ? {} : { sub: 'a' };
    expect(problemOf({ ...sub, ...claims })).toBe(message);
    expect(message).not.toContain('secret');
  });

  test('and what an object inherits is no claim', () => {
    expect(problemOf({}, withPaths({ client: ['constructor', 'name'] }))).toBe('constructor.name is missing');
    expect(problemOf({ sub: 'a' }, withPaths({ tier: ['toString'] }))).toBe('');
  });
});
