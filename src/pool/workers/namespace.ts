import { readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 5;
/** The kernel kills a pid namespace within milliseconds; a process stuck in the kernel would hold it up for ever. */
const PATIENCE_MS = 2_000;

/**
 * Reads which process is the first of a sandbox, whose end ends all others (pid_namespaces(7)).
 * @param info what bubblewrap wrote to --info-fd
 * @returns its pid outside; undefined where there is no sandbox
 */
export function firstProcess(info: string): number | undefined {
  const pid = /"child-pid":\s*(\d+)/.exec(info)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/**
 * Waits until a pid namespace is empty. Bubblewrap itself exits as soon as the CLI does; what the job left
 * running inside is killed only then, with the namespace's first process, whose own end waits for theirs.
 */
export async function namespaceGone(first: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while ((await statusOf(String(first))) !== undefined && performance.now() < deadline) {
    await delay(LOOK_EVERY_MS);
  }
}

/** A living process of a namespace. */
export interface NamespaceProcess {
  pid: number;
  /** What it is called inside. */
  innerPid: number;
  residentBytes: number;
}

/**
 * The processes of the pid namespace that this one is the first of.
 * @throws an errno where the first process is gone, or we may not look
 */
export async function processesIn(first: number): Promise<NamespaceProcess[]> {
  const namespace = readlinkSync(`/proc/${first}/ns/pid`);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && namespaceOf(name) === namespace);
  const found = await Promise.all(
    pids.map(async (pid): Promise<NamespaceProcess[]> => {
      const status = await statusOf(pid);
      return status === undefined ? [] : [{ pid: Number(pid), ...status }];
    }),
  );
  return found.flat();
}

/**
 * Not by promises: each would take twenty times as long as what the kernel does, some 2 us a process.
 * @returns undefined where it is gone meanwhile, or not ours to look at, and so none of a worker's
 */
function namespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

/** @returns undefined for a process that is gone; a zombie is: nobody may be there to reap it, as in a container */
async function statusOf(pid: string): Promise<Omit<NamespaceProcess, 'pid'> | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  if (status === '' || /^State:\s+[ZX]/m.test(status)) return undefined;
  const innerPid = Number(/^NSpid:.*\s(\d+)$/m.exec(status)?.[1]);
  const residentBytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  return { innerPid, residentBytes };
}
