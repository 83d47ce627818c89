import type { Route } from '../../config/index.ts';
import { type PathPattern, readUrlPath } from '../../url-path/index.ts';
import { compilePaths } from './path-tree.ts';

/** Which route a request takes. */
export type RouteMatch =
  | { kind: 'route'; route: Route }
  /** The narrowest path that fits takes other methods. A wider one is not asked: it may be freer. */
  | { kind: 'other_method'; allowed: readonly string[] }
  | { kind: 'none' }
  /** Could be taken for another path by what stands behind. The problem may be shown. */
  | { kind: 'unclear_path'; problem: string };

/** As metadata and log name it. */
export function routeName(match: RouteMatch): string {
  return match.kind === 'route' ? match.route.name : 'none';
}

export interface RouteTable {
  /** @param target `:path`, with the query string */
  match(method: string, target: string): RouteMatch;
}

const NONE: RouteMatch = { kind: 'none' };

/** Compiles routes that the configuration has found free of conflicts, for one lookup a request. */
export function createRouteTable(routes: readonly Route[]): RouteTable {
  const placed = placeRoutes(routes);
  const exact = compilePaths(placed.map(({ exact: pattern, place }) => ({ pattern, value: place })));
  const folded = compilePaths(placed.map(({ folded: pattern, place }) => ({ pattern, value: place })));

  function read(path: string): Place | RouteMatch {
    const reading = readUrlPath(path);
    if (!reading.ok) return { kind: 'unclear_path', problem: reading.problem };
    const { segments, folded: foldedSegments } = reading.path;
    const place = exact(segments);
    if (place === undefined) return NONE;
    return foldedSegments === segments || folded(foldedSegments) === place
      ? place
      : { kind: 'unclear_path', problem: 'can be taken for another one' };
  }

  // Most requests are for a path that stands in a route as it is: for those the answer is known beforehand.
  const literal = new Map(placed.map(({ exact: { text } }) => [text, read(text)]));
  return {
    match(method, target) {
      const query = target.indexOf('?');
      const path = query < 0 ? target : target.slice(0, query);
      const found = literal.get(path) ?? read(path);
      return found instanceof Place ? found.take(method) : found;
    },
  };
}

/** The routes of one path, for each method at most one. */
class Place {
  readonly #byMethod: ReadonlyMap<string, RouteMatch>;
  readonly #byOtherMethod: RouteMatch;

  constructor(routes: readonly Route[]) {
    const named = routes.flatMap(({ methods }) => [...(methods ?? [])]);
    const any = routes.find(({ methods }) => methods === undefined);
    this.#byMethod = new Map(
      named.map((method) => {
        const route = routes.find(({ methods }) => methods?.has(method) ?? true);
        return [method, route === undefined ? NONE : { kind: 'route', route }];
      }),
    );
    this.#byOtherMethod = any ? { kind: 'route', route: any } : { kind: 'other_method', allowed: named };
  }

  take(method: string): RouteMatch {
    return this.#byMethod.get(method) ?? this.#byOtherMethod;
  }
}

interface PlacedPath {
  exact: PathPattern;
  folded: PathPattern;
  place: Place;
}

/** Paths that only spelling tells apart are one place. */
function placeRoutes(routes: readonly Route[]): PlacedPath[] {
  const paths = routes.flatMap((route) => route.paths.map((path) => ({ ...path, route })));
  const keyOf = ({ folded }: { folded: PathPattern }) => JSON.stringify([folded.segments, folded.open]);
  const places = new Map(
    [...Map.groupBy(paths, keyOf)].map(([key, sharing]) => [
      key,
      new Place([...new Set(sharing.map(({ route }) => route))]),
    ]),
  );
  return paths.flatMap(({ exact, folded }) => {
    const place = places.get(keyOf({ folded }));
    return place === undefined ? [] : [{ exact, folded, place }];
  });
}
