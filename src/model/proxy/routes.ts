/** What a worker may ask of the provider. */
export type Route = 'messages' | 'count_tokens';

const ROUTES = new Map<string, Route>([
  ['/v1/messages', 'messages'],
  ['/v1/messages/count_tokens', 'count_tokens'],
]);

/** The only query that Claude Code 2.1.330 sends; what another one would have the provider do is not known. */
const BETA = '?beta=true';

/** What is asked of the provider for a route that a worker has asked for. */
export function targetOf(route: Route, target: string | undefined): string {
  const path = route === 'messages' ? '/v1/messages' : '/v1/messages/count_tokens';
  return target?.endsWith(BETA) ? `${path}${BETA}` : path;
}

/**
 * Matches the request target exactly as it was sent: another spelling of an allowed path is not allowed.
 * @returns undefined for whatever is not the Messages API
 */
export function routeOf(method: string | undefined, target: string | undefined): Route | undefined {
  if (method !== 'POST' || target === undefined) return undefined;
  return ROUTES.get(target.split('?', 1)[0] as string);
}
