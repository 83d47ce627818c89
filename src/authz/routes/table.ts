import type { Route } from '../../config/index.ts';
import { matchesPath, type PathPattern, readUrlPath } from '../../url-path/index.ts';

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

/** Routes of one path. */
interface Place {
  routes: Route[];
}

interface Entry {
  pattern: PathPattern;
  place: Place;
}

/** Compiles routes that the configuration has found free of conflicts, for one lookup a request. */
export function createRouteTable(routes: readonly Route[]): RouteTable {
  const places = new Map<string, Place>();
  const exact: Entry[] = [];
  const folded: Entry[] = [];
  for (const route of routes) {
    for (const path of route.paths) {
      const key = JSON.stringify([path.folded.segments, path.folded.open]);
      const place = places.get(key) ?? { routes: [] };
      places.set(key, place);
      if (!place.routes.includes(route)) place.routes.push(route);
      exact.push({ pattern: path.exact, place });
      folded.push({ pattern: path.folded, place });
    }
  }
  exact.sort(narrowerFirst);
  folded.sort(narrowerFirst);

  return {
    match(method, target) {
      const reading = readUrlPath(target);
      if (!reading.ok) return { kind: 'unclear_path', problem: reading.problem };
      const { path } = reading;
      const place = find(exact, path.segments);
      if (place === undefined) return { kind: 'none' };
      if (path.folded !== path.segments && find(folded, path.folded) !== place) {
        return { kind: 'unclear_path', problem: 'can be taken for another one' };
      }
      const route = place.routes.find(({ methods }) => methods?.has(method) ?? true);
      if (route !== undefined) return { kind: 'route', route };
      return { kind: 'other_method', allowed: place.routes.flatMap(({ methods }) => [...(methods ?? [])]) };
    },
  };
}

function find(entries: readonly Entry[], segments: readonly string[]): Place | undefined {
  return entries.find(({ pattern }) => matchesPath(pattern, segments))?.place;
}

/** Of two patterns that match one path the narrower stands first: it has more literals, or else is longer, or else closed. */
function narrowerFirst({ pattern: a }: Entry, { pattern: b }: Entry): number {
  return (
    literals(b) - literals(a) || b.segments.length - a.segments.length || Number(a.open) - Number(b.open)
  );
}

function literals({ segments }: PathPattern): number {
  return segments.filter((segment) => segment !== '*').length;
}
