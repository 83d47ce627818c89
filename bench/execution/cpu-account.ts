import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Counts what a process and all that it starts take of the processor, also those that have ended. */
export interface CpuAccount {
  join(pid: number): void;
  /** Seconds so far; null where there is no cgroup to count in. */
  seconds(): number | null;
  close(): void;
}

/** Where cgroups of version 2 are mounted: alone, or beside version 1. */
const MOUNTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'];

/** A cgroup of version 2 of its own, whose cpu.stat needs no controller; that takes root, or a delegated cgroup. */
export function openCpuAccount(name: string): CpuAccount {
  const mount = MOUNTS.find(
    (path) => existsSync(join(path, 'cgroup.procs')) && existsSync(join(path, 'cgroup.controllers')),
  );
  const folder = mount === undefined ? undefined : join(mount, `gatehouse-bench-${process.pid}-${name}`);
  try {
    if (folder === undefined) throw new Error('no cgroup of version 2');
    mkdirSync(folder);
    return {
      join: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid)),
      seconds: () =>
        Number(/^usage_usec (\d+)$/m.exec(readFileSync(join(folder, 'cpu.stat'), 'utf8'))?.[1]) / 1e6,
      close: () => rmdirSync(folder),
    };
  } catch {
    return { join() {}, seconds: () => null, close() {} };
  }
}
