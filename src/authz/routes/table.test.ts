import { describe, expect, test } from 'vitest';
import { allRoutes } from '../../config/index.ts';
import { createRouteTable } from './table.ts';

const NOTHING = { roles: [], scopes: [], anonymous: false, shadow: false };
const table = createRouteTable(
  allRoutes({
    everything: { ...NOTHING, paths: ['/**'] },
    reports: { ...NOTHING, paths: ['/reports/**'], methods: ['GET'] },
    upload: { ...NOTHING, paths: ['/reports/upload'], methods: ['POST'], kind: 'submit' },
    peek: { ...NOTHING, paths: ['/reports/upload'], methods: ['GET'] },
    page: { ...NOTHING, paths: ['/reports/*/page'] },
  }),
);
const routeOf = (method: string, target: string) => {
  const match = table.match(method, target);
  return match.kind === 'route' ? match.route.name : match.kind;
};

describe('a request takes', () => {
  test.each([
    ['POST', '/claude/invoke', 'submit'],
    ['POST', '/claude/stream', 'submit'],
    ['POST', '/claude/invoke?wait=1', 'submit'],
    ['POST', '/claude/invoke?', 'submit'],
    ['POST', '/claude/%69nvoke', 'submit'],
    ['GET', '/claude/status/1', 'read'],
    ['DELETE', '/claude/jobs/1', 'read'],
    ['POST', '/claude/status/1?/claude/invoke', 'read'],
    ['GET', '/claude/status/0B7C', 'read'],
    ['GET', '/claude/status/', 'read'],
    ['GET', '/claude/jobs/1/artifacts/C%23%20notes.md', 'read'],
    ['GET', '/claude', 'read'],
    ['GET', '/reports/2026/', 'reports'],
    ['HEAD', '/reports/2026', 'reports'],
    ['POST', '/reports/upload', 'upload'],
    ['GET', '/reports/upload', 'peek'],
    ['PUT', '/reports/7/page', 'page'],
    ['GET', '/', 'everything'],
    ['GET', '/anything/else', 'everything'],
  ])('%s %s: the route %3$s', (method, target, route) => {
    expect(routeOf(method, target)).toBe(route);
  });
});

describe('a request takes no route', () => {
  test.each([
    // What the narrower path refuses the wider one must not let through.
    ['POST', '/reports/2026', 'other_method'],
    ['DELETE', '/reports/upload', 'other_method'],
    ['GET', '/claude/invoke', 'other_method'],
    ['post', '/claude/invoke', 'other_method'],
    ['POST', '/claude/Invoke', 'unclear_path'],
    ['POST', '/claude/invoke/', 'unclear_path'],
    ['POST', '/claude/invoke;x=1', 'unclear_path'],
    ['POST', '/claude/invoke%3Fx', 'unclear_path'],
    ['POST', '/claude/invoke.', 'unclear_path'],
    ['GET', '/REPORTS/2026', 'unclear_path'],
    ['GET', '/reports/2026/page.', 'unclear_path'],
    ['POST', '', 'unclear_path'],
    ['OPTIONS', '*', 'unclear_path'],
  ])('%s %s: %s', (method, target, kind) => {
    expect(routeOf(method, target)).toBe(kind);
  });

  test('where none is written for its path', () => {
    const own = createRouteTable(allRoutes({}));
    for (const target of ['/', '/health', '/Claude/invoke', '/claudes', '/openapi.json']) {
      expect(own.match('GET', target)).toEqual({ kind: 'none' });
    }
  });
});

test('a path that takes other methods says which', () => {
  expect(table.match('PATCH', '/reports/upload')).toEqual({
    kind: 'other_method',
    allowed: ['POST', 'GET', 'HEAD'],
  });
});
