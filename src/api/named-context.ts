import type { IncomingMessage } from 'node:http';

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
