/** What a worker may ask of the provider. */
export type Route = 'messages' | 'count_tokens';

const ROUTES = new Map<string, Route>([
  ['/v1/messages', 'messages'],
  ['/v1/messages/count_tokens', 'count_tokens'],
]);

/**
 * Matches the request target exactly as it was sent: another spelling of an allowed path is not allowed.
 * @returns undefined for whatever is not the Messages API
 */
export function routeOf(method: string | undefined, target: string | undefined): Route | undefined {
  if (method !== 'POST' || target === undefined) return undefined;
  return ROUTES.get(target.split('?', 1)[0] as string);
}
