import { describe, expect, test } from 'vitest';
import { allRoutes } from '../../config/index.ts';
import type { Principal } from '../credentials/principal.ts';
import { checkAccess } from './access.ts';
import { createRouteTable } from './table.ts';

const NOTHING = { roles: [], scopes: [], anonymous: false, shadow: false };
const table = createRouteTable(
  allRoutes({
    plain: { ...NOTHING, paths: ['/plain'], methods: ['GET'] },
    public: { ...NOTHING, paths: ['/public'], anonymous: true },
    tiers: { ...NOTHING, paths: ['/tiers'], tiers: ['pro', 'enterprise'] },
    roles: { ...NOTHING, paths: ['/roles'], roles: ['analyst', 'auditor'] },
    scopes: { ...NOTHING, paths: ['/scopes'], scopes: ['reports:read', 'reports:list'] },
    shadow: { ...NOTHING, paths: ['/shadow'], roles: ['analyst'], shadow: true },
  }),
);
const CALLER: Principal = {
  client: 'service-a',
  tenant: 'acme',
  tier: 'free',
  keyId: 'key_1',
  authMethod: 'api_key',
  roles: [],
  scopes: [],
  permissions: {},
};
const access = (path: string, caller: Partial<Principal> = {}, method = 'GET') =>
  checkAccess(table.match(method, path), { ...CALLER, ...caller });

describe('a caller may take a route', () => {
  test.each<[string, string, Partial<Principal>]>([
    ['that asks nothing', '/plain', {}],
    ['that its credential names', '/plain', { routes: ['plain'] }],
    ['of its tier', '/tiers', { tier: 'pro' }],
    ['for one of its roles', '/roles', { roles: ['x', 'auditor'] }],
    ['for which it has all scopes', '/scopes', { scopes: ['reports:list', 'x', 'reports:read'] }],
    ['that is open, without a credential', '/public', { authMethod: 'anonymous' }],
    ['that is open, with one as well', '/public', {}],
  ])('%s', (_, path, caller) => {
    expect(access(path, caller)).toEqual({
      kind: 'granted',
      route: expect.objectContaining({ name: path.slice(1) }),
    });
  });
});

describe('a caller is refused', () => {
  test.each<[string, string, Partial<Principal>, string, string]>([
    ['where there is no route', '/nothing', {}, 'route_not_allowed', 'no_route'],
    ['a path that can be taken for another', '/Plain%2f', {}, 'invalid_request', 'unclear_path'],
    [
      'a route that its credential does not name',
      '/plain',
      { routes: ['read'] },
      'route_not_allowed',
      'route_not_in_credential',
    ],
    ['a route of other tiers', '/tiers', {}, 'route_not_allowed', 'tier_not_allowed'],
    ['a route for other roles', '/roles', { roles: ['Analyst'] }, 'route_not_allowed', 'role_missing'],
    [
      'a route of which it lacks a scope',
      '/scopes',
      { scopes: ['reports:read'] },
      'insufficient_scope',
      'scope_missing',
    ],
    [
      'a route that is not open, without a credential',
      '/plain',
      { authMethod: 'anonymous' },
      'invalid_api_key',
      'missing',
    ],
    [
      'a route in shadow mode, without a credential',
      '/shadow',
      { authMethod: 'anonymous' },
      'invalid_api_key',
      'missing',
    ],
    [
      'a route in shadow mode that its credential does not name',
      '/shadow',
      { routes: [] },
      'route_not_allowed',
      'route_not_in_credential',
    ],
  ])('%s', (_, path, caller, code, reason) => {
    expect(access(path, caller)).toMatchObject({ kind: 'refused', denial: { code, reason } });
  });

  test('a method that the path does not take, with those that it does', () => {
    expect(access('/plain', {}, 'POST')).toMatchObject({
      kind: 'refused',
      denial: { code: 'method_not_allowed', headers: { allow: 'GET, HEAD' } },
    });
  });
});

test('what a route in shadow mode asks for and the caller lacks is said, and does not count', () => {
  expect(access('/shadow')).toMatchObject({
    kind: 'granted',
    route: { name: 'shadow' },
    shadowed: { code: 'route_not_allowed', reason: 'role_missing', policy: 'routes' },
  });
  expect(access('/shadow', { roles: ['analyst'] })).not.toHaveProperty('shadowed');
});
