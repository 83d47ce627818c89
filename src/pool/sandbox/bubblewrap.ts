import { release } from 'node:os';
import { join } from 'node:path';
import type { ConfinedCommand } from '../../workspaces/index.ts';
import { CLI_STATE } from '../folders/job-folder.ts';
import { type BubblewrapFeatures, bubblewrapArguments, bubblewrapFeatures } from './bubblewrap-arguments.ts';
import { type HostLayout, readHostLayout } from './host-layout.ts';
import { FILTER_FD, INFO_FD, runAs, type SpawnCommand, type WorkerIdentity } from './identity.ts';
import { probe } from './probe.ts';
import { countsByUserNamespace, processLimit } from './resource-limits.ts';
import type { Sandbox, WorkerPaths, WorkerStart } from './sandbox.ts';
import { systemCallFilter } from './system-call-filter.ts';

/** Where the CLI is inside. */
const CLI_PATH = '/opt/claude';

const PATHS: WorkerPaths = {
  work: '/work',
  home: '/home/worker',
  config: '/cfg',
  temp: '/tmp',
  modelSocket: '/run/model.sock',
};

/** A bubblewrap that was seen to work here. */
export interface Bubblewrap {
  path: string;
  features: BubblewrapFeatures;
  host: HostLayout;
  /** Keeps system calls from workers; undefined where this processor's are not known. */
  filter: Buffer | undefined;
}

/**
 * Starts a sandbox with everything but a job in it. Whether user namespaces may be made depends on the
 * kernel, on containers' seccomp filters and on AppArmor, so only trying tells.
 */
export async function probeBubblewrap(
  path: string,
  identity: WorkerIdentity,
): Promise<{ ok: true; bubblewrap: Bubblewrap } | { ok: false; reason: string }> {
  const help = await probe({ file: path, args: ['--help'], env: {}, cwd: '/' });
  if (!help.ok) return help;
  const filter = systemCallFilter(process.arch);
  const bubblewrap = { path, features: bubblewrapFeatures(help.stdout), host: readHostLayout(), filter };
  const args = bubblewrapArguments({
    ...bubblewrap,
    binds: [],
    cwd: '/',
    environment: {},
    command: ['/usr/bin/env', 'true'],
    filterFd: filter && FILTER_FD,
  });
  const tried = await probe(runAs(identity, { file: path, args, env: {}, cwd: '/', filter }));
  return tried.ok ? { ok: true, bubblewrap } : tried;
}

/** Workers in a bubblewrap sandbox: no network, no host files, tools allowed. */
export class BubblewrapSandbox implements Sandbox {
  readonly kind = 'bubblewrap';
  readonly warning = undefined;
  readonly identity: (slot: number) => WorkerIdentity;
  readonly #bubblewrap: Bubblewrap;

  constructor(bubblewrap: Bubblewrap, identity: (slot: number) => WorkerIdentity) {
    this.identity = identity;
    this.#bubblewrap = bubblewrap;
  }

  workPath(): string {
    return PATHS.work;
  }

  /** Where workers have no uid of their own, processes can be counted inside only. */
  #processLimit(slot: number): string[] {
    const { changes, prlimit, maxProcesses } = this.identity(slot);
    if (changes || prlimit === undefined || !countsByUserNamespace(release())) return [];
    return [prlimit, processLimit(maxProcesses), '--'];
  }

  command({ slot, folder, cli, args, environment }: WorkerStart): SpawnCommand {
    const { path, features, host, filter } = this.#bubblewrap;
    const inside = bubblewrapArguments({
      features,
      host,
      binds: [
        ...['passwd', 'group', 'hosts'].map((name) => ({
          source: join(folder.etc, name),
          target: `/etc/${name}`,
          writable: false,
        })),
        { source: folder.work, target: PATHS.work, writable: true },
        { source: folder.home, target: PATHS.home, writable: true },
        { source: folder.config, target: PATHS.config, writable: false },
        ...CLI_STATE.map((name) => ({
          source: join(folder.config, name),
          target: `${PATHS.config}/${name}`,
          writable: true,
        })),
        { source: folder.modelSocket, target: PATHS.modelSocket, writable: true },
        { source: cli, target: CLI_PATH, writable: false },
      ],
      cwd: PATHS.work,
      environment: environment(PATHS),
      command: [...this.#processLimit(slot), CLI_PATH, ...args],
      infoFd: INFO_FD,
      filterFd: filter && FILTER_FD,
    });
    const command = { file: path, args: inside, env: {}, cwd: '/', infoFd: INFO_FD, filter } as const;
    return runAs(this.identity(slot), command);
  }

  readonly confine = (slot: number, confined: ConfinedCommand): SpawnCommand => {
    const { path, features, host, filter } = this.#bubblewrap;
    const args = bubblewrapArguments({ features, host, ...confined, filterFd: filter && FILTER_FD });
    return runAs(this.identity(slot), { file: path, args, env: {}, cwd: '/', filter });
  };
}
