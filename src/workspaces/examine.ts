import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { findTool, missingTool } from '../toolchain/index.ts';
import { fetchFailure } from './git/failure.ts';
import { createHostGit, type HostGit } from './git/host-git.ts';
import { SAFE_DIRECTORIES } from './git/safe-directory.ts';
import { openSource } from './git/source.ts';

/** What is known of one workspace. `limited`: jobs that name their branch can use it. */
export interface WorkspaceFinding {
  name: string;
  state: 'ok' | 'limited' | 'missing';
  detail: string;
}

type Examined = Pick<Config, 'workspaces'>;

/** GIT_CONFIG_GLOBAL, since 2.32 (git's release notes). */
const MIN_VERSION = [2, 32] as const;
/** Somebody waits for the answer. */
const TIMEOUT_MS = 15_000;

/**
 * Asks each repository whether it has its default branch, as a fetch would.
 * @param wanted which of them
 */
export async function examineWorkspaces(
  { workspaces }: Examined,
  environment: NodeJS.ProcessEnv,
  wanted: 'all' | 'of this machine' = 'all',
): Promise<WorkspaceFinding[]> {
  const entries = Object.entries(workspaces.repositories).filter(
    ([, { path }]) => wanted === 'all' || path !== undefined,
  );
  if (entries.length === 0) return [];
  const gitPath = findTool('git', workspaces.gitPath);
  if (gitPath === undefined) {
    const detail = missingTool('git', workspaces.gitPath);
    return entries.map(([name]) => ({ name, state: 'missing', detail }));
  }
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-git-'));
  try {
    const globalConfigFile = join(folder, 'gitconfig');
    await writeFile(globalConfigFile, SAFE_DIRECTORIES);
    const git = createHostGit(gitPath, environment);
    const tooOld = await ageOf(git);
    if (tooOld !== undefined) {
      const detail = `${gitPath} is git ${tooOld}: install ${MIN_VERSION.join('.')} or newer.`;
      return entries.map(([name]) => ({ name, state: 'missing', detail }));
    }
    return await Promise.all(
      entries.map(async ([name, repository]): Promise<WorkspaceFinding> => {
        try {
          return { name, ...(await ask(name, repository, { git, environment, globalConfigFile })) };
        } catch (error) {
          return { name, state: 'missing', detail: (error as Error).message };
        }
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns the version of a git that does not know GIT_CONFIG_GLOBAL, and so would read the user's configuration */
async function ageOf(git: HostGit): Promise<string | undefined> {
  const { stdout } = await git({
    access: { scheme: 'none' },
    args: ['--version'],
    timeoutMs: TIMEOUT_MS,
    signal: new AbortController().signal,
  });
  const [version, major, minor] = /(\d+)\.(\d+)/.exec(stdout.toString('latin1')) ?? [];
  const [minMajor, minMinor] = MIN_VERSION;
  const isOld = Number(major) < minMajor || (Number(major) === minMajor && Number(minor) < minMinor);
  return isOld ? version : undefined;
}

/** @throws an Error that names each repository of this machine that cannot be used, with its setting */
export async function checkWorkspaces(config: Examined, environment: NodeJS.ProcessEnv): Promise<void> {
  const findings = await examineWorkspaces(config, environment, 'of this machine');
  const wrong = findings.filter(({ state }) => state !== 'ok');
  if (wrong.length === 0) return;
  throw new Error(wrong.map(({ name, detail }) => `workspaces.repositories.${name}: ${detail}`).join('\n'));
}

interface Asking {
  git: HostGit;
  environment: NodeJS.ProcessEnv;
  globalConfigFile: string;
}

async function ask(
  name: string,
  repository: Config['workspaces']['repositories'][string],
  { git, environment, globalConfigFile }: Asking,
): Promise<Omit<WorkspaceFinding, 'name'>> {
  const { address, access, mask } = await openSource(name, repository, environment);
  const { defaultBranch } = repository;
  const { code, stdout, stderr, cut } = await git({
    access: { ...access, globalConfigFile },
    args: ['ls-remote', '--heads', '--', address, `refs/heads/${defaultBranch}`],
    timeoutMs: TIMEOUT_MS,
    signal: new AbortController().signal,
  });
  if (code !== 0) {
    const said = mask(stderr.trim()).replaceAll(/\s*\n\s*/g, ' ');
    return { state: 'missing', detail: `${address} cannot be read (${fetchFailure(stderr, cut)}): ${said}` };
  }
  if (stdout.length > 0) return { state: 'ok', detail: `${address}, branch ${defaultBranch}` };
  return { state: 'limited', detail: `${address} has no branch ${defaultBranch}: set defaultBranch.` };
}
