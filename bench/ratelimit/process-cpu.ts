import { readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second, on every architecture (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** CPU time of a process and its threads since its start, in seconds, user and system together; by proc(5). */
export function processCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets, which may hold blanks; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
