import { readFileSync, readlinkSync } from 'node:fs';

/** What is asked of a process; of one that is gone, or that may not be looked at, nothing is known. */
export interface ProcessTable {
  parentOf(pid: number): number | undefined;
  /** The program that it runs. */
  programOf(pid: number): string | undefined;
}

/** The processes of this host, as far as we see them. */
export const HOST_PROCESSES: ProcessTable = {
  parentOf(pid) {
    try {
      const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return parent === undefined ? undefined : Number(parent);
    } catch {
      return undefined;
    }
  },
  programOf(pid) {
    try {
      return readlinkSync(`/proc/${pid}/exe`);
    } catch {
      return undefined;
    }
  },
};

/** What a container starts first, which may be a small program that only reaps others. */
const FIRST_PID = 1;

/**
 * Which processes of a cgroup are not of this installation, such as the shell that it was started from. Ours are those
 * that the topmost Gatehouse process above us has started, and a container's first one.
 * @param self the pid of this process
 */
export function strangersAmong(
  pids: readonly number[],
  self: number,
  { parentOf, programOf }: ProcessTable,
): number[] {
  const inCgroup = new Set(pids);
  const program = programOf(self);
  let top = self;
  for (let above = parentOf(top); above !== undefined; above = parentOf(top)) {
    if (!inCgroup.has(above) || programOf(above) !== program) break;
    top = above;
  }
  const isOurs = (pid: number): boolean => {
    // A parent is older than its child, so that this ends, unless pids are reused in between.
    let at: number | undefined = pid;
    for (let steps = 0; at !== undefined && steps < inCgroup.size + 1; steps += 1) {
      if (at === top) return true;
      at = parentOf(at);
    }
    return false;
  };
  return pids.filter((pid) => pid !== FIRST_PID && !isOurs(pid));
}
