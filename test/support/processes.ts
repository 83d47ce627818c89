import { readdirSync, readFileSync } from 'node:fs';

/** Pids of living processes whose command line or environment names a text, such as a data folder. */
export function processesNaming(text: string): number[] {
  return livingProcesses((pid) =>
    ['cmdline', 'environ'].some((file) => read(pid, file).includes(text)),
  ).filter((pid) => pid !== process.pid);
}

/** Pids of a uid's living processes. */
export function processesOf(uid: number): number[] {
  const own = new RegExp(`^Uid:\\s+${uid}\\s`, 'm');
  return livingProcesses((pid) => own.test(read(pid, 'status')));
}

/** Pids of the living processes that a process has started, and those have, and so on. */
export function descendantsOf(pid: number): number[] {
  const own = new RegExp(`^PPid:\\s+${pid}$`, 'm');
  const children = livingProcesses((child) => own.test(read(child, 'status')));
  return [...children, ...children.flatMap(descendantsOf)];
}

/** A zombie only waits to be reaped. */
function livingProcesses(isWanted: (pid: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isWanted(name) && !/^State:\s+Z/m.test(read(name, 'status')))
    .map(Number);
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // The process has ended meanwhile, or is another user's.
  }
}
