import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { findTool, missingTool } from '../toolchain/index.ts';
import { type Copy, type CopyTarget, makeCopy } from './copy/copy.ts';
import { WorkspaceError } from './error.ts';
import { createHostGit } from './git/host-git.ts';
import { SAFE_DIRECTORIES } from './git/safe-directory.ts';
import { openSource } from './git/source.ts';
import { mirrorFolder, mirrorId } from './mirror/folder.ts';
import { type Fetches, freshMirror } from './mirror/mirror.ts';
import { removeUnusedMirrors } from './mirror/retention.ts';
import { inPlace, type Places } from './places.ts';

/** The repositories that jobs may have copies of. */
export interface Workspaces {
  /**
   * Sees to it that a copy can be made of a branch as it is now; may fetch.
   * @throws WorkspaceError unknown, no_branch, fetch_failed, too_large, unusable, stopped
   */
  prepare(name: string, branch: string, signal: AbortSignal): Promise<PreparedWorkspace>;
  close(): Promise<void>;
}

export interface PreparedWorkspace {
  name: string;
  branch: string;
  /** @throws WorkspaceError too_large, fetch_failed, stopped */
  copyTo(target: CopyTarget, signal: AbortSignal): Promise<Copy>;
}

export interface WorkspacesOptions {
  config: Pick<Config, 'dataDir' | 'workspaces'>;
  logger: Logger;
  environment: NodeJS.ProcessEnv;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Bound how many fetches, and how many copies, go on at once. */
  places: { fetches: Places; copies: Places };
}

const LOOK_FOR_UNUSED_MS = 3_600_000;

/** Where mirrors are kept. */
function mirrorsFolder({ dataDir, workspaces }: WorkspacesOptions['config']): string {
  return workspaces.folder ?? join(dataDir, 'workspaces');
}

/** Opens the workspaces of this process. Nothing is fetched before a job wants it. */
export function openWorkspaces({ config, logger, environment, now, places }: WorkspacesOptions): Workspaces {
  const { workspaces } = config;
  const root = mirrorsFolder(config);
  const globalConfigFile = join(root, 'gitconfig');
  const closing = new AbortController();
  const fetches: Fetches = new Map();

  async function prepare(name: string, branch: string, signal: AbortSignal): Promise<PreparedWorkspace> {
    const { repositories, gitPath } = workspaces;
    const repository = Object.hasOwn(repositories, name) ? repositories[name] : undefined;
    if (repository === undefined) throw unusable(name, 'it is not configured');
    const gitProgram = findTool('git', gitPath);
    if (gitProgram === undefined) throw unusable(name, missingTool('git', gitPath));
    await makeFolder().catch((error: Error) => {
      throw unusable(name, error.message);
    });
    const git = createHostGit(gitProgram, environment);
    const source = await openSource(name, repository, environment).catch((error: Error) => {
      throw unusable(name, error.message);
    });
    const folder = mirrorFolder(root, mirrorId(name, source.address));
    const mirror = {
      name,
      folder,
      source,
      git,
      globalConfigFile,
      settings: workspaces,
      logger,
      fetchPlaces: places.fetches,
      closing: closing.signal,
      now,
    };
    await freshMirror(mirror, fetches, branch, signal);
    const { instructions } = repository;
    const { limits } = workspaces;
    const timeoutMs = workspaces.fetchTimeout.ms;
    const options = { name, branch, mirror: folder.repository, instructions, git, limits, timeoutMs };
    const copyTo: PreparedWorkspace['copyTo'] = (target, until) =>
      inPlace(places.copies, until, () => makeCopy(options, target, until));
    return { name, branch, copyTo };
  }

  async function makeFolder(): Promise<void> {
    await mkdir(root, { recursive: true, mode: 0o700 });
    if (existsSync(globalConfigFile)) return;
    const partial = `${globalConfigFile}.${randomUUID()}`;
    await writeFile(partial, SAFE_DIRECTORIES);
    await rename(partial, globalConfigFile);
  }

  async function removeUnused(): Promise<void> {
    const configured = Object.entries(workspaces.repositories).map(([name, { path, url }]) =>
      mirrorId(name, path ?? url ?? ''),
    );
    const removed = await removeUnusedMirrors({
      ...{ root, configured: new Set(configured), keepMs: workspaces.keep.ms },
      ...{ nowMs: now(), signal: closing.signal },
    });
    if (removed > 0) logger.info({ count: removed }, 'mirrors of workspaces that nobody uses were removed');
  }

  const sweep = async () => {
    await removeUnused().catch((err: unknown) => {
      if (!closing.signal.aborted) logger.warn({ err }, 'mirrors of workspaces could not be looked through');
    });
  };
  let sweeping = sweep();
  const timer = setInterval(() => {
    sweeping = sweep();
  }, LOOK_FOR_UNUSED_MS).unref();

  return {
    prepare,
    async close() {
      closing.abort();
      clearInterval(timer);
      await Promise.allSettled([sweeping, ...fetches.values()]);
    },
  };
}

function unusable(name: string, reason: string): WorkspaceError {
  const message = `The workspace ${name} cannot be used here. Tell the operator.`;
  return new WorkspaceError('unusable', message, { reason });
}
