import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts';

/** How long a process that a killed `up` left behind may take to end by itself: Redis writes its data out. */
const GRACE_MS = 5_000;
const LOOK_EVERY_MS = 20;

type Children = Record<string, ProcessIdentity>;

/** Keeps a file of the processes that now run, for the next start in case this one is killed. */
export function recordChildren(file: string): (name: string, pid: number | undefined) => void {
  const children: Children = {};
  return (name, pid) => {
    const identity = pid === undefined ? undefined : identifyProcess(pid);
    if (identity === undefined) delete children[name];
    else children[name] = identity;
    try {
      if (Object.keys(children).length === 0) rmSync(file, { force: true });
      else writeFileSync(file, JSON.stringify(children), { mode: 0o600 });
    } catch {
      // A full disk or a folder that somebody removed must not keep the children from being started and ended.
    }
  };
}

/**
 * Ends what a killed `up` left running, and waits until it is gone: two Redis on one folder would spoil the data.
 * @returns the names of what was found
 */
export async function endLeftovers(file: string): Promise<string[]> {
  const found = Object.entries(readChildren(file)).filter(([, identity]) => isRunning(identity));
  const alive = () => found.map(([, identity]) => identity).filter(isRunning);
  for (const { pid } of alive()) kill(pid, 'SIGTERM');
  const deadline = performance.now() + GRACE_MS;
  while (alive().length > 0) {
    if (performance.now() > deadline) for (const { pid } of alive()) kill(-pid, 'SIGKILL');
    await delay(LOOK_EVERY_MS);
  }
  rmSync(file, { force: true });
  return found.map(([name]) => name);
}

function readChildren(file: string): Children {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Children;
  } catch {
    return {};
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between.
  }
}
