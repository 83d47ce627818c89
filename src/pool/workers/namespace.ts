import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
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
  while (statusOf(`/proc/${first}`) !== undefined && performance.now() < deadline) {
    await delay(LOOK_EVERY_MS);
  }
}

/**
 * Names the mounts that a process sees (mount_namespaces(7)). As long as they are those that its sandbox was made with,
 * nothing in its file system stands in another's place: who may mount there has had to make mounts of his own.
 * @returns undefined where it is gone, or not ours to look at
 */
export function mountNamespace(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return undefined;
  }
}

/** A living process of a namespace. */
export interface NamespaceProcess {
  /** What proc(5) has of it. */
  folder: string;
  /** What it is called inside. */
  innerPid: number;
  residentBytes: number;
}

/**
 * The processes of a pid namespace and of those that were made in it, as its own proc(5) shows them: that has no others,
 * so that it takes no longer on a host with many.
 * @param root where the sandbox's file system can be seen from outside
 * @throws an errno where the sandbox is gone, or we may not look
 */
export function processesIn(root: string): NamespaceProcess[] {
  const proc = `${root}/proc`;
  // Not by promises: each would take twenty times as long as what the kernel does.
  return readdirSync(proc).flatMap((name): NamespaceProcess[] => {
    if (!/^\d+$/.test(name)) return [];
    const folder = `${proc}/${name}`;
    const status = statusOf(folder);
    return status === undefined ? [] : [{ folder, innerPid: Number(name), ...status }];
  });
}

/** @returns undefined for a process that is gone; a zombie is: nobody may be there to reap it, as in a container */
function statusOf(folder: string): Pick<NamespaceProcess, 'residentBytes'> | undefined {
  let status: string;
  try {
    status = readFileSync(`${folder}/status`, 'utf8');
  } catch {
    return undefined;
  }
  if (/^State:\s+[ZX]/m.test(status)) return undefined;
  return { residentBytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024 };
}
