/** Who a worker runs as, and how it becomes that. */
export interface WorkerIdentity {
  uid: number;
  gid: number;
  /** We are root and these are not ours, so they change on the way, and supplementary groups go. */
  changes: boolean;
  /** setpriv, which also takes new privileges away for good; undefined where it is not installed. */
  setpriv: string | undefined;
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
}

/** The first descriptor after stdin, stdout and stderr. */
export const INFO_FD = 3;

/**
 * The identity of the worker in one slot. As root each slot has a uid of its own, so that two workers never
 * share files or signals.
 * @param self our own uid and gid
 * @param firstUid pool.uid
 * @param setpriv where setpriv is, if it is installed
 */
export function workerIdentity(
  self: { uid: number; gid: number },
  firstUid: number,
  slot: number,
  setpriv: string | undefined,
): WorkerIdentity {
  if (self.uid !== 0) return { ...self, changes: false, setpriv };
  const uid = firstUid + slot;
  return { uid, gid: uid, changes: true, setpriv };
}

/**
 * The command that runs `command` under an identity. Where there is setpriv, the kernel kills the program when
 * we die.
 */
export function runAs(
  { uid, gid, changes, setpriv }: WorkerIdentity,
  command: Omit<SpawnCommand, 'uid' | 'gid'>,
): SpawnCommand {
  if (setpriv === undefined) return changes ? { ...command, uid, gid } : command;
  const become = changes ? [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [];
  const options = [...become, '--no-new-privs', '--pdeathsig=KILL'];
  return { ...command, file: setpriv, args: [...options, '--', command.file, ...command.args] };
}
