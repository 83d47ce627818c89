import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examineDelegation } from '../../src/pool/index.ts';
import { until } from './until.ts';

const CONTROLLERS = ['memory', 'pids', 'cpu'];
const JOIN = 'echo 0 > "$1" && shift && exec "$@"';

/** Why no test can make cgroups here; undefined where they can. */
export function cgroupsMissing(): string | undefined {
  const examined = examineDelegation(CONTROLLERS);
  return examined.ok ? undefined : examined.reason;
}

/** The cgroups of workers in a cgroup, or of all that Gatehouse makes here. */
export function workerCgroups(parent = ownParent()): string[] {
  return readdirSync(parent)
    .filter((name) => name.startsWith('gatehouse-worker-'))
    .map((name) => join(parent, name));
}

export function readCgroup(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'utf8').trim();
}

/** A cgroup that nobody uses yet, such as a service manager gives to a service. */
export interface TestCgroup {
  folder: string;
  /**
   * Starts a program in it, with a channel.
   * @param below one in it that is meant instead: it may have no processes itself once its children are bounded
   */
  start(file: string, args: readonly string[], below?: string): ChildProcess;
  /** Kills all that is in it, and takes it away with those that were made in it. */
  remove(): Promise<void>;
}

export function makeCgroup(): TestCgroup {
  const parent = ownParent();
  writeFileSync(join(parent, 'cgroup.subtree_control'), CONTROLLERS.map((name) => `+${name}`).join(' '));
  const folder = mkdtempSync(join(parent, 'gatehouse-test-'));
  return {
    folder,
    start(file, args, below = '') {
      return spawn('/bin/sh', ['-c', JOIN, 'sh', join(folder, below, 'cgroup.procs'), file, ...args], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
    },
    async remove() {
      writeFileSync(join(folder, 'cgroup.kill'), '1');
      const made = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      for (const path of [...made.map(({ name }) => join(folder, name)), folder]) {
        await until(() => isRemoved(path), `${path} is removed`);
      }
    },
  };
}

function ownParent(): string {
  const examined = examineDelegation(CONTROLLERS);
  if (!examined.ok) throw new Error(examined.reason);
  return examined.delegation.folder;
}

function isRemoved(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
