import { userInfo } from 'node:os';

/** Who works on the command line, for the audit. */
export function cliActor(): string {
  return `cli:${userInfo().username}`;
}
