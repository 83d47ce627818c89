import type { ChildProcess } from 'node:child_process';
import { type Collected, collect } from './collect.ts';
import { gitEnvironment } from './environment.ts';

/** A program that sees nothing of this host but what it is given: no network, and the system read-only. */
export interface ConfinedCommand {
  binds: { source: string; target: string; writable: boolean }[];
  cwd: string;
  environment: Record<string, string>;
  command: string[];
}

/** Starts one in a sandbox of its own, with the uid of the run that it is for. */
export type StartConfined = (command: ConfinedCommand) => ChildProcess;

/** The folders of one copy on this host. */
export interface CopyFolders {
  /** Its files: what a run reads and writes. */
  work: string;
  /** What we know of it. No run has it in its sandbox. */
  gitDir: string;
}

export interface BoxedCall {
  /** For sh(1). It begins in /, with the files in /work and, as GIT_DIR, what we know of them in /git. */
  script: string;
  args?: readonly string[];
  input?: Buffer;
  timeoutMs: number;
  signal: AbortSignal;
  maxBytes?: number;
}

/** Calls git where files that a run has written can do no harm: in a sandbox with nothing else in it. */
export type BoxedGit = (call: BoxedCall) => Promise<Collected>;

const MAX_OUTPUT_BYTES = 64 * 1024;

export function createBoxedGit(start: StartConfined, { work, gitDir }: CopyFolders): BoxedGit {
  const environment = {
    ...gitEnvironment({ scheme: 'none' }, { PATH: '/usr/local/bin:/usr/bin:/bin' }),
    GIT_DIR: '/git',
    GIT_WORK_TREE: '/work',
  };
  return ({ script, args = [], input, timeoutMs, signal, maxBytes = MAX_OUTPUT_BYTES }) => {
    const child = start({
      binds: [
        { source: work, target: '/work', writable: true },
        { source: gitDir, target: '/git', writable: true },
      ],
      cwd: '/',
      environment,
      command: ['/bin/sh', '-c', script, 'sh', ...args],
    });
    // Everything in the sandbox ends with its first process.
    const kill = () => child.kill('SIGKILL');
    return collect(child, { maxBytes, timeoutMs, signal, kill, ...(input && { input }) });
  };
}
