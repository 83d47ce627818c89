import { Slots } from '../../src/pool/schedule/slots.ts';
import type { WorkspacesOptions } from '../../src/workspaces/workspaces.ts';

/** The setting of workspaces for tests, each for all tenants unless it says otherwise. */
export function workspacesOf(repositories: Record<string, Record<string, unknown>>): string {
  const all = Object.entries(repositories).map(([name, each]) => [name, { tenants: ['*'], ...each }]);
  return `workspaces.repositories=${JSON.stringify(Object.fromEntries(all))}`;
}

/** As many fetches and copies at once as the pool lets by itself. */
export function workspacePlaces(): WorkspacesOptions['places'] {
  return { fetches: new Slots(4), copies: new Slots(4) };
}
