import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 5;
/** The kernel kills a pid namespace within milliseconds; a process stuck in the kernel would hold it up for ever. */
const PATIENCE_MS = 2_000;

/**
 * Waits until a pid namespace is empty. Bubblewrap itself exits as soon as the CLI does; what the job left
 * running inside is killed only then, with the namespace's first process, whose own end waits for theirs
 * (pid_namespaces(7)).
 * @param info what bubblewrap wrote to --info-fd
 */
export async function namespaceGone(info: string): Promise<void> {
  const pid = /"child-pid":\s*(\d+)/.exec(info)?.[1];
  if (pid === undefined) return;
  const deadline = performance.now() + PATIENCE_MS;
  while ((await isRunning(pid)) && performance.now() < deadline) await delay(LOOK_EVERY_MS);
}

/** A zombie is gone: nobody may be there to reap it, as in a container without an init. */
async function isRunning(pid: string): Promise<boolean> {
  try {
    return !/^State:\s+[ZX]/m.test(await readFile(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
