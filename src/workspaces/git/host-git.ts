import { spawn } from 'node:child_process';
import { type Collected, collect } from './collect.ts';
import { type GitAccess, gitEnvironment } from './environment.ts';

/** One call of git outside a sandbox. */
export interface HostGitCall {
  access: GitAccess;
  args: readonly string[];
  timeoutMs: number;
  signal: AbortSignal;
  maxBytes?: number;
  /** A descriptor that it and all that it starts hold open until they end. */
  heldFd?: number;
}

/** Calls git on this host. */
export type HostGit = (call: HostGitCall) => Promise<Collected>;

const MAX_OUTPUT_BYTES = 64 * 1024;
/** After its deadline we kill it ourselves; timeout(1) does where we are not there any more. */
const LATER_S = 5;

/**
 * @param path where git is
 * @param surroundings what an operator's environment says of proxies and certificate authorities counts
 */
export function createHostGit(path: string, surroundings: NodeJS.ProcessEnv): HostGit {
  return ({ access, args, timeoutMs, signal, maxBytes = MAX_OUTPUT_BYTES, heldFd }) => {
    const seconds = String(Math.ceil(timeoutMs / 1000) + LATER_S);
    const child = spawn('timeout', ['-s', 'KILL', seconds, path, ...args], {
      cwd: '/',
      env: gitEnvironment(access, surroundings),
      // Of a group of its own, because git has other programs do the talking.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...(heldFd === undefined ? [] : [heldFd])],
    });
    const kill = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // All of it has just ended.
      }
    };
    return collect(child, { maxBytes, timeoutMs, signal, kill });
  };
}
