import type { IncomingMessage } from 'node:http';
import type { RequestInjection } from '../jobs/index.ts';

/** What X-Repo and X-Branch say. */
export interface NamedContext {
  repository?: string;
  branch?: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads X-Repo and X-Branch as authz does: as UTF-8, repeated ones joined with a comma.
 * @returns undefined where one is not UTF-8: Envoy shows authz other characters in its place, and these were inspected
 */
export function namedContext({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): NamedContext | undefined {
  try {
    const repository = headerText(rawHeaders, 'x-repo');
    const branch = headerText(rawHeaders, 'x-branch');
    return { ...(repository !== undefined && { repository }), ...(branch !== undefined && { branch }) };
  } catch {
    return undefined;
  }
}

/** Node reads headers as Latin-1. @throws TypeError where it is not UTF-8 */
function headerText(rawHeaders: readonly string[], name: string): string | undefined {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
  return values.length === 0 ? undefined : utf8.decode(Buffer.from(values.join(','), 'latin1'));
}

const FILLED_IN = [
  { key: 'repository', injection: { source: 'header', name: 'X-Repo', field: 'context.repository' } },
  { key: 'branch', injection: { source: 'header', name: 'X-Branch', field: 'context.branch' } },
] as const satisfies readonly { key: keyof NamedContext; injection: RequestInjection }[];

/**
 * Has the headers fill in what the context of a body leaves out.
 * @param body as it was sent, not checked yet
 */
export function fillInContext(
  body: unknown,
  named: NamedContext,
): { body: unknown; injected: RequestInjection[] } {
  if (!isObject(body)) return { body, injected: [] };
  const { context = {} } = body;
  if (!isObject(context)) return { body, injected: [] };
  const missing = FILLED_IN.filter(({ key }) => named[key] !== undefined && !Object.hasOwn(context, key));
  if (missing.length === 0) return { body, injected: [] };
  return {
    body: { ...body, context: { ...named, ...context } },
    injected: missing.map(({ injection }) => injection),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
