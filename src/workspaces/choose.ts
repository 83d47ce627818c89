import { type Config, isBranchName } from '../config/index.ts';

/** The workspace that a request names. */
export type WorkspaceChoice =
  /** It names none: what it says of a repository is only told to the run. */
  | { kind: 'none' }
  | { kind: 'workspace'; name: string; branch: string }
  /** What is wrong in the request's context, and what was expected, without what other tenants have. */
  | { kind: 'refused'; field: 'repository' | 'branch'; expected: string };

/** A list in an error is for people to read. */
const MAX_LISTED = 20;

/**
 * Decides from the configuration alone whether a request gets a workspace. Whether there is such a branch is seen
 * when it is made.
 */
export function chooseWorkspace(
  { repositories, otherRepositories }: Config['workspaces'],
  tenant: string,
  context: { repository?: string; branch?: string } | undefined,
): WorkspaceChoice {
  const name = context?.repository;
  if (name === undefined || Object.keys(repositories).length === 0) return { kind: 'none' };
  const repository = Object.hasOwn(repositories, name) ? repositories[name] : undefined;
  if (repository === undefined || !serves(repository, tenant)) {
    if (otherRepositories === 'tell') return { kind: 'none' };
    return { kind: 'refused', field: 'repository', expected: expectedOf(repositories, tenant) };
  }
  const branch = context?.branch ?? repository.defaultBranch;
  if (isBranchName(branch)) return { kind: 'workspace', name, branch };
  const expected = `expected the name of a branch of ${name}, or none for ${repository.defaultBranch}`;
  return { kind: 'refused', field: 'branch', expected };
}

type Repositories = Config['workspaces']['repositories'];

function serves({ tenants }: Repositories[string], tenant: string): boolean {
  return tenants.includes('*') || tenants.includes(tenant);
}

function expectedOf(repositories: Repositories, tenant: string): string {
  const own = Object.entries(repositories).flatMap(([name, repository]) =>
    serves(repository, tenant) ? [name] : [],
  );
  if (own.length === 0) return 'expected no repository: your tenant has no workspaces';
  const more = own.length > MAX_LISTED ? ` and ${own.length - MAX_LISTED} more` : '';
  return `expected one of your tenant's workspaces: ${own.slice(0, MAX_LISTED).join(', ')}${more}`;
}
