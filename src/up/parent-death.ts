import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A command line: the program and its arguments. */
export interface Command {
  file: string;
  args: readonly string[];
}

/** Makes a program end when the process that started it ends, however that ended. */
export type TieToParent = (command: Command) => Command;

/**
 * Ties by PR_SET_PDEATHSIG through util-linux's setpriv, where there is one that works. Elsewhere programs stay
 * as they are, and the next start ends what a killed one left (see leftovers.ts).
 */
export async function parentDeathSignal(): Promise<TieToParent> {
  try {
    await promisify(execFile)('setpriv', ['--pdeathsig', 'SIGTERM', 'true']);
  } catch {
    return (command) => command;
  }
  return ({ file, args }) => ({
    file: 'setpriv',
    args: ['--pdeathsig', 'SIGTERM', '--', file, ...args],
  });
}
