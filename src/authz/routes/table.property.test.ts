import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allRoutes } from '../../config/index.ts';
import { createRouteTable } from './table.ts';

const NOTHING = { roles: [], scopes: [], anonymous: false, shadow: false };

/** Ways in which a server may be made to read another path than the one that is written. */
type Respelling = (path: string, at: number) => string;

const replaceAt = (path: string, at: number, replace: (char: string) => string): string => {
  const index = 1 + (at % Math.max(1, path.length - 1));
  return path.slice(0, index) + replace(path[index] ?? '') + path.slice(index + 1);
};
const afterSlash = (path: string, at: number, insert: string): string => {
  const slashes = [...path.matchAll(/\//g)].map(({ index }) => index + 1);
  const index = slashes[at % slashes.length] ?? 1;
  return path.slice(0, index) + insert + path.slice(index);
};
const endOfSegment = (path: string, at: number, insert: string): string => {
  const ends = [...path.matchAll(/[^/](?=\/|$)/g)].map(({ index }) => index + 1);
  const index = ends[at % Math.max(1, ends.length)] ?? path.length;
  return path.slice(0, index) + insert + path.slice(index);
};
const escaped = (char: string) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

const RESPELLINGS: Record<string, Respelling> = {
  'capital letter': (path, at) => replaceAt(path, at, (char) => char.toUpperCase()),
  'encoded character': (path, at) =>
    replaceAt(path, at, (char) => (/[a-z/.]/i.test(char) ? escaped(char) : char)),
  'capital encoded': (path, at) =>
    replaceAt(path, at, (char) => (/[a-z]/.test(char) ? escaped(char.toUpperCase()) : char)),
  'twice encoded': (path, at) =>
    replaceAt(path, at, (char) => (/[a-z/.]/i.test(char) ? escaped(char).replace('%', '%25') : char)),
  'full width': (path, at) =>
    replaceAt(path, at, (char) =>
      /[a-z]/.test(char) ? encodeURIComponent(String.fromCharCode(char.charCodeAt(0) + 0xfee0)) : char,
    ),
  'slash more': (path, at) => afterSlash(path, at, '/'),
  'dot segment': (path, at) => afterSlash(path, at, './'),
  'encoded dot segment': (path, at) => afterSlash(path, at, '%2e/'),
  'way back': (path, at) => afterSlash(path, at, 'open/../'),
  'encoded way back': (path, at) => afterSlash(path, at, 'open/.%2E/'),
  'way back with a parameter': (path, at) => afterSlash(path, at, 'open/..;x=1/'),
  'way back by encoded slash': (path, at) => afterSlash(path, at, 'open/..%2f'),
  'way back by backslash': (path, at) => afterSlash(path, at, 'open\\..\\'),
  'encoded backslash': (path, at) => afterSlash(path, at, 'open%5c..%5c'),
  parameter: (path, at) => endOfSegment(path, at, ';x=1'),
  'encoded parameter': (path, at) => endOfSegment(path, at, '%3bx'),
  NUL: (path, at) => endOfSegment(path, at, '%00'),
  'line break': (path, at) => endOfSegment(path, at, '%0a'),
  'dot at the end': (path, at) => endOfSegment(path, at, '.'),
  'space at the end': (path, at) => endOfSegment(path, at, '%20'),
  'slash at the end': (path) => `${path}/`,
  fragment: (path) => `${path}#/open`,
  'encoded fragment': (path) => `${path}%23/open`,
  query: (path) => `${path}?/open`,
  'encoded query': (path) => `${path}%3fopen`,
  'absolute form': (path) => `http://gatehouse${path}`,
  'absolute form, host with a dot': (path) => `http://gatehouse.${path}`,
};

const names = Object.keys(RESPELLINGS);
const steps = fc.array(fc.tuple(fc.constantFrom(...names), fc.nat({ max: 50 })), {
  minLength: 1,
  maxLength: 3,
});
const respelt = (path: string, chosen: [string, number][]) =>
  chosen.reduce((text, [name, at]) => RESPELLINGS[name]?.(text, at) ?? text, path);

test('no spelling of a protected path is taken for a freer one', () => {
  const table = createRouteTable(
    allRoutes({
      open: { ...NOTHING, paths: ['/**'] },
      'open-too': { ...NOTHING, paths: ['/open/**', '/admin-help', '/a/**'] },
      admin: {
        ...NOTHING,
        paths: ['/admin/**', '/api/*/Secret', '/api/*/secret/**', '/a/b'],
        roles: ['admin'],
      },
    }),
  );
  const path = fc.constantFrom(
    '/admin',
    '/admin/x',
    '/admin/users/7',
    '/api/v1/Secret',
    '/api/v1/secret/key',
    '/a/b',
  );
  fc.assert(
    fc.property(path, steps, (plain, chosen) => {
      const match = table.match('GET', respelt(plain, chosen));
      if (match.kind === 'route') expect(match.route.name).toBe('admin');
    }),
    { numRuns: 5_000 },
  );
});

test('no spelling of a submission is taken for a route whose body is not inspected', () => {
  const table = createRouteTable(allRoutes({ open: { ...NOTHING, paths: ['/**'], anonymous: true } }));
  fc.assert(
    fc.property(fc.constantFrom('/claude/invoke', '/claude/stream'), steps, (plain, chosen) => {
      const match = table.match('POST', respelt(plain, chosen));
      if (match.kind === 'route') expect(match.route.kind).toBe('submit');
    }),
    { numRuns: 5_000 },
  );
});

test('every respelling above is one that some server reads as the plain path, and is answered on its own', () => {
  const table = createRouteTable(
    allRoutes({ admin: { ...NOTHING, paths: ['/admin/x'] }, open: { ...NOTHING, paths: ['/**'] } }),
  );
  const kinds = Object.fromEntries(
    names.map((name) => {
      const match = table.match('GET', respelt('/admin/x', [[name, 0]]));
      return [name, match.kind === 'route' ? match.route.name : match.kind];
    }),
  );
  expect(new Set(Object.values(kinds))).toEqual(new Set(['admin', 'unclear_path']));
});
