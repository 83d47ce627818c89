import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type OwnCgroup, readOwnCgroup } from './own-cgroup.ts';
import { HOST_PROCESSES, strangersAmong } from './own-processes.ts';

/**
 * The cgroup that our own processes are moved to: one with controllers for its children may not have processes itself
 * (cgroups(7), "no internal processes"). systemd can do it for us (DelegateSubgroup=).
 */
const SERVICE_NAME = 'gatehouse-service';

/** A process that has started others while it was moved needs another round. */
const MOVES = 10;

/** A cgroup in which we may make others. */
export interface Delegation {
  /** Its folder. */
  folder: string;
  /** What its children are to be bounded by. */
  controllers: readonly string[];
}

export type Examined = { ok: true; delegation: Delegation } | { ok: false; reason: string };

/**
 * Looks whether we may make cgroups with these controllers. Nothing is changed.
 * @returns why not, with what to do about it
 */
export function examineDelegation(controllers: readonly string[]): Examined {
  const own = readOwnCgroup();
  if (own === undefined) {
    return no('no cgroups of version 2 are mounted here that this process is in (cgroups(7))');
  }
  const folder = parentFor(own);
  try {
    const there = read(folder, 'cgroup.controllers').trim().split(' ');
    const missing = controllers.filter((name) => !there.includes(name));
    if (missing.length > 0) {
      return no(
        `${folder} has no ${missing.join(', ')} in cgroup.controllers: have systemd delegate them (Delegate=yes), ` +
          'or, where they are with version 1, boot with systemd.unified_cgroup_hierarchy=1',
      );
    }
    for (const name of ['', 'cgroup.procs', 'cgroup.subtree_control']) {
      accessSync(join(folder, name), constants.W_OK);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return no(`${folder} cannot be written to (${code}): have it delegated (systemd: Delegate=yes)`);
  }
  const others = mayHaveProcesses(folder)
    ? []
    : strangersAmong(processesIn(folder), process.pid, HOST_PROCESSES);
  if (others.length > 0) {
    return no(
      `${folder} has processes of others: start Gatehouse in a cgroup of its own, as a service of systemd with ` +
        'Delegate=yes or by `systemd-run --scope -p Delegate=yes`',
    );
  }
  return { ok: true, delegation: { folder, controllers } };
}

/**
 * Has the cgroup's children bounded by its controllers. Processes that are in it are moved into one of them.
 * @throws an errno where it cannot be done after all
 */
export function prepare({ folder, controllers }: Delegation): void {
  const service = mayHaveProcesses(folder) ? undefined : join(folder, SERVICE_NAME);
  if (service !== undefined) moveAll(folder, service);
  const wanted = controllers.map((name) => `+${name}`).join(' ');
  writeFileSync(join(folder, 'cgroup.subtree_control'), wanted);
  if (service === undefined || !existsSync(service)) return;
  // Node takes its own cgroup's limit for all the memory there is, and does not look further up.
  writeFileSync(join(service, 'memory.max'), read(folder, 'memory.max'));
}

/** Our own, or the one above it where that was prepared before: by an earlier process, or by systemd. */
function parentFor({ mount, folder }: OwnCgroup): string {
  return basename(folder) === SERVICE_NAME && folder !== mount ? dirname(folder) : folder;
}

/** Only the root of the hierarchy may have processes beside children with controllers; it has no type. */
function mayHaveProcesses(folder: string): boolean {
  return !existsSync(join(folder, 'cgroup.type'));
}

function moveAll(from: string, to: string): void {
  for (let round = 0; round < MOVES; round += 1) {
    const pids = processesIn(from);
    if (pids.length === 0) return;
    mkdirSync(to, { recursive: true });
    for (const pid of pids) move(pid, to);
  }
}

function move(pid: number, to: string): void {
  try {
    writeFileSync(join(to, 'cgroup.procs'), String(pid));
  } catch (error) {
    // It has ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function processesIn(folder: string): number[] {
  return read(folder, 'cgroup.procs').split('\n').filter(Boolean).map(Number);
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

function no(reason: string): Examined {
  return { ok: false, reason };
}
