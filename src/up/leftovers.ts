import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts';
import { StartError } from './start-error.ts';

/** How long a process that a killed `up` left behind may take to end by itself: Redis writes its data out. */
const GRACE_MS = 5_000;
/** How long it may take to be gone once it is killed; only one that waits for a broken disk needs longer. */
const KILL_MS = 5_000;
const LOOK_EVERY_MS = 20;

type Children = Record<string, ProcessIdentity>;

export interface EndLeftoversOptions {
  kill?: (pid: number, signal: NodeJS.Signals) => unknown;
  graceMs?: number;
  killMs?: number;
}

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
 * @throws StartError leftovers_running with what does not end or is another user's
 */
export async function endLeftovers(
  file: string,
  { kill = process.kill, graceMs = GRACE_MS, killMs = KILL_MS }: EndLeftoversOptions = {},
): Promise<string[]> {
  const found = Object.entries(readChildren(file)).filter(([, identity]) => isRunning(identity));
  const alive = () => found.filter(([, identity]) => isRunning(identity));
  const signal = (name: NodeJS.Signals, group: 1 | -1) => {
    for (const [, { pid }] of alive()) {
      try {
        kill(group * pid, name);
      } catch {
        // It ended in between, or is not ours to end, which shows when it does not.
      }
    }
  };
  const ended = async (withinMs: number) => {
    const deadline = performance.now() + withinMs;
    while (alive().length > 0 && performance.now() < deadline) await delay(LOOK_EVERY_MS);
    return alive().length === 0;
  };
  signal('SIGTERM', 1);
  if (!(await ended(graceMs))) {
    signal('SIGKILL', -1);
    if (!(await ended(killMs))) throw stillRunning(alive());
  }
  rmSync(file, { force: true });
  return found.map(([name]) => name);
}

function stillRunning(left: [string, ProcessIdentity][]): StartError {
  const names = left.map(([name, { pid }]) => `${name} (pid ${pid})`).join(', ');
  const pids = left.map(([, { pid }]) => pid).join(' ');
  return new StartError(
    'leftovers_running',
    `A killed start left running what cannot be ended from here: ${names}. End it with 'kill -9 ${pids}' as its user, or choose another folder with --data-dir.`,
  );
}

function readChildren(file: string): Children {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Children;
  } catch {
    return {};
  }
}
