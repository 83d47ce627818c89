/** Who a worker runs as, and how it becomes that. */
export type WorkerIdentity =
  /** We are not root, so it runs as we do. */
  | { kind: 'same'; uid: number; gid: number }
  /** We are root and setpriv drops the rest: groups, and new privileges for good. */
  | { kind: 'setpriv'; uid: number; gid: number; setpriv: string }
  /** We are root but there is no setpriv: the uid and gid change, supplementary groups go with them. */
  | { kind: 'spawn'; uid: number; gid: number };

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
  if (self.uid !== 0) return { kind: 'same', ...self };
  const uid = firstUid + slot;
  return setpriv === undefined
    ? { kind: 'spawn', uid, gid: uid }
    : { kind: 'setpriv', uid, gid: uid, setpriv };
}

/**
 * The command that runs `command` under an identity.
 * @param options.dieWithParent have the kernel kill the program when we die; setpriv can do that as anyone
 */
export function runAs(
  identity: WorkerIdentity,
  command: Omit<SpawnCommand, 'uid' | 'gid'>,
  options: { dieWithParent: boolean },
): SpawnCommand {
  if (identity.kind === 'same') return command;
  const { uid, gid } = identity;
  if (identity.kind === 'spawn') return { ...command, uid, gid };
  const drop = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'];
  const die = options.dieWithParent ? ['--pdeathsig=KILL'] : [];
  return { ...command, file: identity.setpriv, args: [...drop, ...die, '--', command.file, ...command.args] };
}
