import type { ConfinedCommand } from '../../workspaces/index.ts';
import type { JobFolder } from '../folders/job-folder.ts';
import type { SpawnCommand, WorkerIdentity } from './identity.ts';

/** Where a worker finds its things, as it sees them itself. */
export interface WorkerPaths {
  /** Its working folder: what a job reads and writes. */
  work: string;
  home: string;
  /** The CLI's configuration folder. */
  config: string;
  temp: string;
  /** Unix socket of the model proxy, its only way out. */
  modelSocket: string;
}

/** One worker that is to be started. */
export interface WorkerStart {
  slot: number;
  folder: JobFolder;
  /** The CLI, as a file that the worker's uid can run. */
  cli: string;
  args: string[];
  environment(paths: WorkerPaths): Record<string, string>;
}

/** How workers are kept apart from the host and from each other. */
export interface Sandbox {
  readonly kind: 'bubblewrap' | 'none';
  /** What an operator must know about it; undefined when all is well. */
  readonly warning: string | undefined;
  identity(slot: number): WorkerIdentity;
  /** The working folder as its worker sees it. */
  workPath(folder: JobFolder): string;
  command(worker: WorkerStart): SpawnCommand;
  /** Runs a program beside a worker, as its user, in a sandbox of its own; undefined where there is none. */
  confine: ((slot: number, command: ConfinedCommand) => SpawnCommand) | undefined;
}
