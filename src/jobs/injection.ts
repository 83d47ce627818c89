/** What was added to a request when it was accepted. `sha256` is of the text that was added, in hex. */
export type RequestInjection =
  /** Text of the configuration that went before the caller's own `system`; `name` is the route's or tier's. */
  | { source: 'systemPrefix'; from: 'route' | 'tier'; name: string; sha256: string }
  /** Text of the configuration that the caller's `prompt` or `system` was put into; `name` is the route's. */
  | { source: 'template'; from: 'route'; name: string; field: 'prompt' | 'system'; sha256: string }
  /** A header of the caller's, which filled in what the body's context left out. */
  | { source: 'header'; name: 'X-Repo' | 'X-Branch'; field: 'context.repository' | 'context.branch' };

/** What an attempt was given beside its request. */
export type AttemptInjection =
  /** A folder of the configuration, which the request named; `sha256` is of its files, in hex. */
  | { source: 'skill'; name: string; sha256: string }
  /** A copy of a repository of the configuration, which the request's context named; `commit` is what it is a copy of. */
  | { source: 'workspace'; name: string; branch: string; commit: string };

/**
 * One thing that was added to what the caller sent, and by what, so that who reads the job can see what ran. Names and
 * digests only: never a text.
 */
export type Injection = RequestInjection | AttemptInjection;

const OF_REQUESTS: ReadonlySet<Injection['source']> = new Set<RequestInjection['source']>([
  'systemPrefix',
  'template',
  'header',
]);

/** What was added when the job was accepted. Each attempt is given the rest anew. */
export function ofRequest(injected: readonly Injection[]): Injection[] {
  return injected.filter(({ source }) => OF_REQUESTS.has(source));
}
