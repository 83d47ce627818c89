import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU time of a process's threads since they started, in seconds: what the kernel's scheduler has counted in nanoseconds
 * (sched-stats), where the ticks of proc(5)'s `stat` are hundredths of a second.
 */
export function processCpuSeconds(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
    } catch (error) {
      // A thread may end between the two looks.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return nanoseconds / 1e9;
}
