import type { Config } from '../../config/index.ts';
import { type Provider, startModelProxy } from '../../model/index.ts';
import type { Skill } from '../../skills/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { ConfinedCommand } from '../../workspaces/index.ts';
import type { Cgroups } from '../cgroup/open-cgroups.ts';
import { makeJobFolder } from '../folders/job-folder.ts';
import type { RuntimeFolder } from '../folders/runtime-folder.ts';
import type { SpawnCommand } from '../sandbox/identity.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { startProcess } from '../sandbox/start-process.ts';
import { placeTranscript, type Transcript } from '../session/transcript.ts';
import { putSkills } from '../skills/put-skills.ts';
import { cliArguments } from '../wire/arguments.ts';
import { cliEnvironment } from '../wire/environment.ts';
import { Worker } from './worker.ts';
import { WorkerProcess } from './worker-process.ts';

/** What workers are made with. */
export interface WorkerSurroundings {
  config: Config;
  logger: Logger;
  provider: Provider;
  sandbox: Sandbox;
  /** Undefined where workers have none of their own. */
  cgroups: Cgroups | undefined;
  /** Holds the workers' own folders. */
  runtimeFolder: RuntimeFolder;
}

/** One worker that is to be. */
export interface WorkerLaunch {
  /** The CLI, as a file that workers can run. */
  cli: string;
  /** Its place in the pool, which gives it its uid. */
  slot: number;
  release(): void;
  maxTurns: number;
  keepsSession: boolean;
  /** What it is given; the CLI reads them once, when it starts. */
  skills: readonly Skill[];
  /** The conversation that it continues. */
  transcript?: Transcript | undefined;
  /** Puts things into its folders before it starts. */
  furnish?: Furnish | undefined;
}

/** Where a worker is, or will be. */
export type WorkerPlace = Pick<Worker, 'folder' | 'workPath' | 'owner' | 'confine'>;

export type Furnish = (place: WorkerPlace) => Promise<void>;

/**
 * Starts a worker. It is not waited for until the CLI is ready: what is written to it is read then.
 * @throws failures of this host such as a full disk; nothing is left then, and the place is given back
 */
export async function launchWorker(
  { config, logger, provider, sandbox, cgroups, runtimeFolder }: WorkerSurroundings,
  { cli, slot, release, maxTurns, keepsSession, skills, transcript, furnish }: WorkerLaunch,
): Promise<Worker> {
  const undo: (() => unknown)[] = [release];
  try {
    runtimeFolder.ensure();
    const identity = sandbox.identity(slot);
    const folder = await makeJobFolder(runtimeFolder.path, identity);
    undo.push(folder.remove);
    const cgroup = cgroups?.create();
    if (cgroup !== undefined) undo.push(() => cgroup.remove());
    const bounded = (command: SpawnCommand) => cgroup?.joinedBy(command) ?? command;
    const workPath = sandbox.workPath(folder);
    const owner = identity.changes ? { uid: identity.uid, gid: identity.gid } : undefined;
    if (transcript !== undefined) await placeTranscript(folder, workPath, transcript, owner);
    const { confine: confinedBy } = sandbox;
    const confine =
      confinedBy && ((command: ConfinedCommand) => startProcess(bounded(confinedBy(slot, command))));
    await furnish?.({ folder, workPath, owner, confine });
    const hasSkills = skills.length > 0;
    await putSkills(folder.skills, skills);
    const limits = {
      requestTimeoutMs: config.model.requestTimeout.ms,
      idleTimeoutMs: config.model.idleTimeout.ms,
    };
    const proxy = await startModelProxy({
      provider,
      socketPath: folder.modelSocket,
      uid: identity.uid,
      logger: logger.of('model'),
      limits,
    });
    undo.push(proxy.close);
    const sandboxed = sandbox.kind === 'bubblewrap';
    const command = sandbox.command({
      slot,
      folder,
      cli,
      args: cliArguments({
        maxTurns,
        keepsSession,
        hasSkills,
        resume: transcript?.sessionId,
        sandboxed,
        model: config.model.name,
      }),
      environment: (paths) => cliEnvironment(paths, limits),
    });
    const parts = { process: new WorkerProcess(bounded(command)), folder, cgroup, proxy, release };
    return new Worker(parts, { maxTurns, keepsSession, hasSkills, workPath, owner, confine });
  } catch (error) {
    // In the order in which they came; the place goes back whatever the others come to.
    const undone = await Promise.allSettled(undo.reverse().map(async (step) => step()));
    for (const each of undone) {
      if (each.status === 'rejected')
        logger.error({ err: each.reason }, 'What was made for a worker that did not start was not removed');
    }
    throw error;
  }
}
