import { readdirSync, readFileSync } from 'node:fs';

/** Pids of a uid's living processes. */
export function processesOf(uid: number): number[] {
  const own = new RegExp(`^Uid:\\s+${uid}\\s`, 'm');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const status = statusOf(pid);
      return own.test(status) && !/^State:\s+Z/m.test(status);
    })
    .map(Number);
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return ''; // It has ended meanwhile.
  }
}
