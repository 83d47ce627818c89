/** The setting of workspaces for tests, each for all tenants unless it says otherwise. */
export function workspacesOf(repositories: Record<string, Record<string, unknown>>): string {
  const all = Object.entries(repositories).map(([name, each]) => [name, { tenants: ['*'], ...each }]);
  return `workspaces.repositories=${JSON.stringify(Object.fromEntries(all))}`;
}

/** Any number of fetches and copies at once. */
export function workspacePlaces() {
  const any = { acquire: async () => ({ release() {} }) };
  return { fetches: any, copies: any };
}
