import { expect, test } from 'vitest';
import { allRoutes } from '../../config/index.ts';
import type { RequestFacts } from '../check-request.ts';
import { createRouteTable } from '../routes/table.ts';
import { createAnonymousMethod } from './anonymous.ts';

const method = createAnonymousMethod({ client: 'guests', tenant: 'public', tier: 'free' });
const routes = createRouteTable(
  allRoutes({ open: { paths: ['/open/**'], roles: [], scopes: [], anonymous: true, shadow: false } }),
);
const on = (path: string) => ({ route: routes.match('GET', path) }) as RequestFacts;

test('it takes requests without a credential, and no others', () => {
  expect(method.recognises({ kind: 'none' })).toBe(true);
  expect(method.recognises({ kind: 'token', token: 'x' })).toBe(false);
  expect(method.recognises({ kind: 'unusable', reason: 'repeated_header' })).toBe(false);
  expect(method.recognises({ kind: 'ambiguous' })).toBe(false);
});

test('a caller on a route that says so is one of the guests', () => {
  expect(method.authenticate({ kind: 'none' }, on('/open/door'))).toEqual({
    kind: 'authenticated',
    principal: {
      client: 'guests',
      tenant: 'public',
      tier: 'free',
      keyId: 'anonymous',
      authMethod: 'anonymous',
      roles: [],
      scopes: [],
      permissions: {},
    },
  });
});

test.each(['/claude/status/1', '/nowhere', '/open/%2e%2e/claude/invoke'])('a caller on %s is not', (path) => {
  expect(method.authenticate({ kind: 'none' }, on(path))).toEqual({ kind: 'rejected', reason: 'missing' });
});
