import { existsSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SpawnCommand } from '../sandbox/identity.ts';

/** What all processes of a worker may take together. */
export interface CgroupLimits {
  /** Processes and threads. */
  processes: number;
  memoryBytes: number;
  /** How many processors' time; undefined where it is not bounded. */
  cpus: number | undefined;
}

/** A cgroup is empty only once the kernel is done with its last process, some milliseconds after that has ended. */
const REMOVE_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 5;

/** The kernel deals out processor time anew after so long; cpu.max has this by itself. */
const PERIOD_US = 100_000;

/** Puts the shell itself, which `0` stands for, where what it then becomes is to be. */
const JOIN = 'echo 0 > "$1" && shift && exec "$@"';

/** What the shell calls itself where it complains. */
export const JOIN_NAME = 'gatehouse-cgroup';

/** One cgroup of version 2 that holds all that runs for one worker. */
export class WorkerCgroup {
  readonly #folder: string;

  /**
   * Makes it. Nothing is in it yet.
   * @param prefix path that its own begins with
   * @throws an errno; nothing is left then
   */
  constructor(prefix: string, { processes, memoryBytes, cpus }: CgroupLimits) {
    const folder = mkdtempSync(prefix);
    this.#folder = folder;
    try {
      write(folder, 'pids.max', processes);
      write(folder, 'memory.max', memoryBytes);
      writeIfThere(folder, 'memory.swap.max', 0);
      // A run of which a part is missing is none.
      write(folder, 'memory.oom.group', 1);
      if (cpus !== undefined) write(folder, 'cpu.max', `${Math.round(cpus * PERIOD_US)} ${PERIOD_US}`);
    } catch (error) {
      rmdirSync(folder);
      throw error;
    }
  }

  /** The command that runs `command` in it, from its first instruction on. */
  joinedBy(command: SpawnCommand): SpawnCommand {
    const procs = join(this.#folder, 'cgroup.procs');
    const args = ['-c', JOIN, JOIN_NAME, procs, command.file, ...command.args];
    return { ...command, file: '/bin/sh', args };
  }

  /** Whether the kernel has killed what is in it for the memory that it took. That of the whole host does not count. */
  get ranOutOfMemory(): boolean {
    try {
      const events = readFileSync(join(this.#folder, 'memory.events'), 'utf8');
      return /^oom [1-9]/m.test(events) && /^oom_kill [1-9]/m.test(events);
    } catch {
      return false;
    }
  }

  /** Whether it can be killed as a whole. */
  get canBeKilled(): boolean {
    return existsSync(join(this.#folder, 'cgroup.kill'));
  }

  /** Kills all that is in it at once, whatever it is doing. */
  kill(): void {
    writeIfThere(this.#folder, 'cgroup.kill', 1);
  }

  /** As removeCgroup(). */
  remove(): Promise<void> {
    return removeCgroup(this.#folder);
  }
}

/**
 * Kills all that is in a cgroup, and takes it away.
 * @throws EBUSY where something in it does not go
 */
export async function removeCgroup(folder: string): Promise<void> {
  writeIfThere(folder, 'cgroup.kill', 1);
  const deadline = performance.now() + REMOVE_WITHIN_MS;
  for (;;) {
    try {
      return rmdirSync(folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || performance.now() >= deadline) throw error;
    }
    await delay(LOOK_EVERY_MS);
  }
}

/** Of a file that is not there it says ENOENT; to make one is EACCES. */
function write(folder: string, file: string, value: number | string): void {
  writeFileSync(join(folder, file), String(value), { flag: 'r+' });
}

/** Kernels without swap have no limit of it, and a cgroup that is gone has nobody to kill. */
function writeIfThere(folder: string, file: string, value: number): void {
  try {
    write(folder, file, value);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
