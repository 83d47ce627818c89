import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { PoolError } from '../errors.ts';
import { runAs, type WorkerIdentity } from '../sandbox/identity.ts';
import { probe } from '../sandbox/probe.ts';
import { examineDelegation, prepare } from './delegation.ts';
import { removeCgroup, WorkerCgroup } from './worker-cgroup.ts';

/** Makes the cgroups of this process's workers. */
export interface Cgroups {
  /** @throws an errno */
  create(): WorkerCgroup;
}

type PoolConfig = Config['pool'];

/** What the cgroup of a worker is bounded by. */
export function controllersFor({ limits }: PoolConfig): string[] {
  return ['memory', 'pids', ...(limits.cpus === undefined ? [] : ['cpu'])];
}

/**
 * Sees to it that workers can have cgroups of their own, and takes away those of processes that were killed.
 * @param identity of a worker, to see whether one can be started in a cgroup
 * @returns undefined where they cannot, which is logged, or are not to
 * @throws PoolError cgroups_unavailable where pool.cgroup is `required` and they cannot
 */
export async function openCgroups(
  pool: PoolConfig,
  identity: WorkerIdentity,
  logger: Logger,
): Promise<Cgroups | undefined> {
  if (pool.cgroup === 'none') return undefined;
  const opened = await open(pool, identity);
  if (typeof opened !== 'string') return opened;
  if (pool.cgroup === 'required') {
    throw new PoolError(
      'cgroups_unavailable',
      `pool.cgroup is required, but workers cannot have cgroups of their own here: ${opened}`,
    );
  }
  logger.info(
    { reason: opened },
    'Nothing bounds the memory and processor time of workers, because they cannot have cgroups of their own',
  );
  return undefined;
}

/** @returns why not, where workers cannot have cgroups */
async function open(pool: PoolConfig, identity: WorkerIdentity): Promise<Cgroups | string> {
  const { processes, memory, cpus } = pool.limits;
  const examined = examineDelegation(controllersFor(pool));
  if (!examined.ok) return examined.reason;
  const { folder } = examined.delegation;
  const prefix = join(folder, namePrefix(process.pid));
  const cgroups = { create: () => new WorkerCgroup(prefix, { processes, memoryBytes: memory.bytes, cpus }) };
  try {
    prepare(examined.delegation);
    await sweep(folder);
    return (await failureOf(cgroups, identity)) ?? cgroups;
  } catch (error) {
    return `${folder} cannot be used: ${(error as Error).message}`;
  }
}

/** Starts a small program as a worker would be. @returns why it failed; undefined where it did not */
async function failureOf(cgroups: Cgroups, identity: WorkerIdentity): Promise<string | undefined> {
  const cgroup = cgroups.create();
  try {
    if (!cgroup.canBeKilled) return 'they could not be killed as a whole, for which Linux 5.14 is needed';
    const command = runAs(identity, { file: '/usr/bin/env', args: ['true'], env: {}, cwd: '/' });
    const tried = await probe(cgroup.joinedBy(command));
    return tried.ok ? undefined : tried.reason;
  } finally {
    await cgroup.remove();
  }
}

/** Takes away what processes have left that were killed. */
async function sweep(folder: string): Promise<void> {
  const left = readdirSync(folder).filter((name) => {
    const pid = NAME.exec(name)?.[1];
    return pid !== undefined && !name.startsWith(namePrefix(Number(pid)));
  });
  await Promise.all(left.map((name) => removeCgroup(join(folder, name))));
}

const NAME = /^gatehouse-worker-(\d+)-/;

/** Names the process by its start too: pids come again. */
function namePrefix(pid: number): string {
  return `gatehouse-worker-${pid}-${startOf(pid)}-`;
}

/** When a process was started, as the kernel counts (field 22 of proc_pid_stat(5)); undefined for one that is gone. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before may have spaces and brackets in it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
