import { isLoopbackHost } from './schema/web-address.ts';

/** How a repository is reached; what git's protocol allow-list has to let through for it. */
export type RepositoryScheme = 'https' | 'http' | 'ssh' | 'file';

const USER = '[A-Za-z0-9_][A-Za-z0-9_.-]*';
const HOST = '(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+\\])';
/** No control character, no space, nothing that git or a shell on the other side takes for an option or a command. */
const PATH = '[A-Za-z0-9_.~%+@=,:-]+(?:/+[A-Za-z0-9_.~%+@=,:-]+)*/?';

const HTTP = new RegExp(`^(https?)://(${HOST})(?::\\d{1,5})?/${PATH}$`);
const SSH = new RegExp(`^ssh://(?:${USER}@)?${HOST}(?::\\d{1,5})?/+${PATH}$`);
/** The form of scp(1), which git reads as ssh (git-fetch(1), GIT URLS); with an @ behind the colon it would be a password. */
const SCP = new RegExp(`^(?:${USER}@)?${HOST}:(?![/-])(?!.*[@:])${PATH}$`);
const FILE = new RegExp(`^file:///+${PATH}$`);

/**
 * Reads a repository's address. Passwords have no place in it, git's `transport::address` reaches programs, and plain
 * http can be changed on its way.
 * @returns its scheme; undefined where it is none of https, ssh and file, or http to this machine
 */
export function repositoryScheme(address: string): RepositoryScheme | undefined {
  const [, scheme, host = ''] = HTTP.exec(address) ?? [];
  if (scheme === 'https') return 'https';
  if (scheme === 'http') return isLoopbackHost(host) ? 'http' : undefined;
  if (FILE.test(address)) return 'file';
  return SSH.test(address) || SCP.test(address) ? 'ssh' : undefined;
}
