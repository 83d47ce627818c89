import { foldSegment, type PathPattern, parsePathPattern, relate } from '../url-path/index.ts';
import { addedInVain } from './submission-paths.ts';

/** A route as it is written. */
interface WrittenRoute {
  paths?: string[] | undefined;
  methods?: string[] | undefined;
  kind?: RouteKind | undefined;
  roles: string[];
  scopes: string[];
  tiers?: string[] | undefined;
  anonymous: boolean;
  shadow: boolean;
  systemPrefix?: string | undefined;
  template?: object | undefined;
}

/** submit: runs a prompt, so its body is checked. read: everything else. */
export type RouteKind = 'submit' | 'read';

/** What is asked of the callers of some paths. */
export interface Route {
  name: string;
  kind: RouteKind;
  paths: readonly RoutePath[];
  /** undefined: all. GET includes HEAD. */
  methods: ReadonlySet<string> | undefined;
  /** The caller needs one of these, unless there are none. */
  roles: readonly string[];
  /** The caller needs all of these. */
  scopes: readonly string[];
  /** undefined: all. */
  tiers: ReadonlySet<string> | undefined;
  anonymous: boolean;
  shadow: boolean;
}

export interface RoutePath {
  exact: PathPattern;
  /** As the most forgiving of servers might take it; see UrlPath. */
  folded: PathPattern;
}

/** The routes of Gatehouse's own API. Their paths are Envoy's and the api's as well, so they cannot be changed. */
const BUILT_IN = new Map<string, { paths: string[]; methods?: string[]; kind: RouteKind }>([
  ['submit', { paths: ['/claude/invoke', '/claude/stream'], methods: ['POST'], kind: 'submit' }],
  ['read', { paths: ['/claude/**'], kind: 'read' }],
]);
export const BUILT_IN_ROUTES: readonly string[] = [...BUILT_IN.keys()];
const NOTHING_ASKED: WrittenRoute = { roles: [], scopes: [], anonymous: false, shadow: false };

/** All routes, the built-in ones with what is asked of them on top. @param written as the schema accepted it */
export function allRoutes(written: Record<string, WrittenRoute>): Route[] {
  const names = new Set([...BUILT_IN.keys(), ...Object.keys(written)]);
  return [...names].map((name) => {
    const { paths, methods, kind, ...asked } = { ...NOTHING_ASKED, ...written[name], ...BUILT_IN.get(name) };
    return {
      name,
      kind: kind ?? 'read',
      paths: (paths ?? []).map(routePath),
      methods: methods && new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods),
      roles: asked.roles,
      scopes: asked.scopes,
      tiers: asked.tiers && new Set(asked.tiers),
      anonymous: asked.anonymous,
      shadow: asked.shadow,
    };
  });
}

function routePath(text: string): RoutePath {
  const exact = parsePathPattern(text);
  if (typeof exact === 'string') throw new TypeError(`${text}: expected ${exact}`);
  const segments = exact.segments.filter((segment) => segment !== '').map(foldSegment);
  return { exact, folded: { ...exact, segments } };
}

export interface RouteProblem {
  path: string[];
  message: string;
}

/** What is wrong with routes whose every part is right: rules that cannot be met, and paths that two of them claim. */
export function routeProblems(written: Record<string, WrittenRoute>): RouteProblem[] {
  const alone = Object.entries(written).flatMap(([name, route]) => [
    ...problemsOfOne(name, route),
    ...addedInVain(name, route),
  ]);
  if (alone.length > 0) return alone;
  const routes = allRoutes(written);
  return routes.flatMap((route, index) =>
    routes.slice(0, index).flatMap((earlier) => problemsOfTwo(earlier, route)),
  );
}

const BODY_METHODS = ['POST', 'PUT', 'PATCH'];

function problemsOfOne(name: string, route: WrittenRoute): RouteProblem[] {
  const problem = (key: string, message: string) => ({ path: [name, key], message });
  if (BUILT_IN.has(name)) {
    return (['paths', 'methods', 'kind'] as const)
      .filter((key) => route[key] !== undefined)
      .map((key) =>
        problem(key, `expected no ${key}: those of the built-in route ${name} cannot be changed`),
      );
  }
  const problems: RouteProblem[] = [];
  if (route.paths === undefined) problems.push({ path: [name], message: 'expected paths' });
  if (route.kind === 'submit' && !route.methods?.every((method) => BODY_METHODS.includes(method))) {
    problems.push(
      problem('kind', `expected methods of ${BODY_METHODS.join(', ')} beside submit, which needs a body`),
    );
  }
  if (route.anonymous && route.roles.length + route.scopes.length > 0) {
    problems.push(
      problem(
        'anonymous',
        'expected false where roles or scopes are asked for, which no anonymous caller has',
      ),
    );
  }
  return problems;
}

function problemsOfTwo(earlier: Route, later: Route): RouteProblem[] {
  return later.paths.flatMap((ours, index) =>
    earlier.paths.flatMap((theirs) => {
      const message = clash(ours, later, theirs, earlier);
      return message === undefined ? [] : [{ path: placeOf(later, index), message }];
    }),
  );
}

function placeOf({ name }: Route, index: number): string[] {
  return [name, 'paths', String(index)];
}

function clash(ours: RoutePath, a: Route, theirs: RoutePath, b: Route): string | undefined {
  const other = `${theirs.exact.text} of the route ${b.name}`;
  switch (relate(ours.folded, theirs.folded)) {
    case 'crossing':
      return `expected paths that lie apart or one within the other: some are also those of ${other}, and neither is narrower`;
    case 'equal':
      if (relate(ours.exact, theirs.exact) !== 'equal') {
        return `expected a path that differs by more than letter case, dots and slashes from ${other}`;
      }
      return shareMethods(a, b)
        ? `expected a path of its own: ${other} is the same, and takes the same methods`
        : undefined;
    default:
      return undefined;
  }
}

function shareMethods({ methods: a }: Route, { methods: b }: Route): boolean {
  return a === undefined || b === undefined || !a.isDisjointFrom(b);
}
