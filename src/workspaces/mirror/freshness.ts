import type { Config } from '../../config/index.ts';
import type { Collected } from '../git/collect.ts';
import type { HostGit } from '../git/host-git.ts';
import { fetchedAtMs, type MirrorFolder, missingBranchAtMs } from './folder.ts';

export interface FreshnessOptions {
  folder: MirrorFolder;
  git: HostGit;
  settings: Pick<Config['workspaces'], 'maxAge'>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** For calls that only look into a mirror. */
const LOOK_TIMEOUT_MS = 10_000;
/** git-rev-parse(1) with --verify --quiet; anything else says nothing of the branch. */
export const NO_SUCH_REVISION = 1;
/**
 * For so long after a fetch that did not bring its branch none is begun for a branch that is missing: jobs that name
 * branches at random would else keep this host, and the repository's, fetching. Six a minute are no load for either, and
 * whoever pushed in that time need not wait long.
 */
export const MISSING_BRANCH_PAUSE_MS = 10_000;

/** Whether a job can use the mirror as it is, or be told that there is no such branch. */
export async function isFresh(
  options: FreshnessOptions,
  branch: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { folder, settings, now } = options;
  if (!isWithin(await fetchedAtMs(folder), settings.maxAge.ms, now())) return false;
  const { code } = await lookForBranch(options, branch, signal);
  if (code !== NO_SUCH_REVISION) return code === 0;
  // It may have just been made.
  return isWithin(await missingBranchAtMs(folder), MISSING_BRANCH_PAUSE_MS, now());
}

/** A clock that was set back is no reason to never fetch again. */
function isWithin(atMs: number | undefined, maxAgeMs: number, nowMs: number): boolean {
  return atMs !== undefined && atMs <= nowMs && nowMs - atMs <= maxAgeMs;
}

/** Asks git for the commit that a branch of the mirror is at. */
export function lookForBranch(
  { folder, git }: FreshnessOptions,
  branch: string,
  signal: AbortSignal,
): Promise<Collected> {
  return git({
    access: { scheme: 'none' },
    args: [
      `--git-dir=${folder.repository}`,
      'rev-parse',
      '--verify',
      '--quiet',
      `refs/heads/${branch}^{commit}`,
    ],
    timeoutMs: LOOK_TIMEOUT_MS,
    signal,
  });
}
