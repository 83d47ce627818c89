import { FILE_LIMITS, processLimit } from './resource-limits.ts';

/** Programs of util-linux that a worker is started by, where they are installed. */
export interface StartPrograms {
  /** Changes uid and gid, and takes new privileges away for good. */
  setpriv?: string | undefined;
  /** Sets resource limits. */
  prlimit?: string | undefined;
}

/** Who a worker runs as, and how it becomes that. */
export interface WorkerIdentity extends StartPrograms {
  uid: number;
  gid: number;
  /** We are root and these are not ours, so they change on the way, and supplementary groups go. */
  changes: boolean;
  /** Processes and threads that it may have. */
  maxProcesses: number;
}

/** How to start a program; a subset of what child_process.spawn takes. */
export interface SpawnCommand {
  file: string;
  args: string[];
  /** The whole environment; nothing is inherited. */
  env: Record<string, string>;
  cwd: string;
  uid?: number;
  gid?: number;
  /** It writes on descriptor 3, as bubblewrap's --info-fd does, which process ends all others with its own end. */
  infoFd?: typeof INFO_FD;
  /** What it reads from descriptor 4, as bubblewrap's --seccomp does. */
  filter?: Buffer | undefined;
}

/** The first descriptor after stdin, stdout and stderr. */
export const INFO_FD = 3;
export const FILTER_FD = 4;

/**
 * The identity of the worker in one slot. As root each slot has a uid of its own, so that two workers never
 * share files or signals.
 * @param self our own uid and gid
 */
export function workerIdentity(
  self: { uid: number; gid: number },
  pool: { uid: number; limits: { processes: number } },
  slot: number,
  programs: StartPrograms,
): WorkerIdentity {
  const maxProcesses = pool.limits.processes;
  if (self.uid !== 0) return { ...self, changes: false, maxProcesses, ...programs };
  const uid = pool.uid + slot;
  return { uid, gid: uid, changes: true, maxProcesses, ...programs };
}

/**
 * The command that runs `command` under an identity. Where there is setpriv, the kernel kills the program when
 * we die; where there is prlimit, what it can take of the host is bounded.
 */
export function runAs(
  { uid, gid, changes, maxProcesses, setpriv, prlimit }: WorkerIdentity,
  command: Omit<SpawnCommand, 'uid' | 'gid'>,
): SpawnCommand {
  const limits = [...FILE_LIMITS, ...(changes ? [processLimit(maxProcesses)] : [])];
  const limited = prlimit === undefined ? command : startedBy(prlimit, limits, command);
  if (setpriv === undefined) return changes ? { ...limited, uid, gid } : limited;
  const become = changes ? [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [];
  return startedBy(setpriv, [...become, '--no-new-privs', '--pdeathsig=KILL'], limited);
}

function startedBy(program: string, options: string[], command: SpawnCommand): SpawnCommand {
  return { ...command, file: program, args: [...options, '--', command.file, ...command.args] };
}
