import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Config } from '../../config/index.ts';
import { stopped, WorkspaceError } from '../error.ts';
import { type BoxedGit, type CopyFolders, createBoxedGit, type StartConfined } from '../git/boxed-git.ts';
import type { Collected } from '../git/collect.ts';
import type { HostGit } from '../git/host-git.ts';
import { whileSmall } from '../mirror/size.ts';
import { copyFailure } from './copy-failure.ts';
import { indexLine, parseListing, pathList, type TreeEntry } from './listing.ts';
import { type InstructionsPolicy, isInstructions, isQuarantined } from './quarantine.ts';

/** Where a copy goes, and whose it is. */
export interface CopyTarget extends CopyFolders {
  /** Whom its files are to belong to; undefined where they are ours. */
  owner: { uid: number; gid: number } | undefined;
  start: StartConfined;
}

export interface CopyOptions {
  name: string;
  branch: string;
  /** The mirror's bare repository. */
  mirror: string;
  instructions: InstructionsPolicy;
  git: HostGit;
  limits: Config['workspaces']['limits'];
  timeoutMs: number;
}

/** A fresh copy of a repository's branch. */
export interface Copy {
  /** The commit that it is a copy of. */
  commit: string;
  /** All that the commit has, also what was left out. */
  entries: readonly TreeEntry[];
  /** What was left out. */
  quarantined: readonly TreeEntry[];
  /** Paths of the instructions for Claude Code that are in it. */
  instructions: readonly string[];
  git: BoxedGit;
}

/** A listing has 60 bytes a file beside its path. */
const BYTES_PER_LISTED_FILE = 512;

/** Fills /work, and makes its own repository there for the run, which shares no file with /git. */
const CHECK_OUT = `set -e
cd /work
git symbolic-ref HEAD "refs/heads/$2"
git read-tree "$1"
git update-index -z --force-remove --stdin
git checkout-index -a -u
mkdir .git
cp -R /git/objects /git/refs /git/HEAD /git/index .git
for file in shallow packed-refs; do if [ -e /git/$file ]; then cp /git/$file .git; fi; done
printf '[core]\\n\\trepositoryformatversion = 0\\n\\tbare = false\\n[user]\\n\\tname = worker\\n\\temail = worker@localhost\\n' > .git/config
`;

/** To the run what was left out looks unchanged. */
const LIST_LEFT_OUT = 'cd /work; GIT_DIR=/work/.git git update-index -z --index-info';
const SKIP_LEFT_OUT = 'cd /work; GIT_DIR=/work/.git git update-index -z --skip-worktree --stdin';

/**
 * Makes a copy in an empty working folder. Its objects come through git's own transport and not as links or by reference,
 * so that nothing that a run can reach is shared with the mirror or with another copy. Files are written by git in a
 * sandbox, as the run's user.
 * @throws WorkspaceError too_large, fetch_failed, stopped
 */
export async function makeCopy(options: CopyOptions, target: CopyTarget, signal: AbortSignal): Promise<Copy> {
  const { name, branch, instructions, timeoutMs } = options;
  const commit = await fetchBranch(options, target, signal);
  const entries = await listFiles(options, target, commit, signal);
  if (target.owner !== undefined) await giveTo(target.gitDir, target.owner);
  const git = createBoxedGit(target.start, target);
  const left = entries.filter(({ path }) => isQuarantined(path.toString('utf8'), instructions));
  const paths = pathList(left.map(({ path }) => path));
  const call = { timeoutMs, signal };
  check(name, await git({ ...call, script: CHECK_OUT, args: [commit, branch], input: paths }));
  if (left.length > 0) {
    check(name, await git({ ...call, script: LIST_LEFT_OUT, input: Buffer.concat(left.map(indexLine)) }));
    check(name, await git({ ...call, script: SKIP_LEFT_OUT, input: paths }));
  }
  const own = entries.map(({ path }) => path.toString('utf8')).filter(isInstructions);
  return { commit, entries, quarantined: left, instructions: instructions === 'allow' ? own : [], git };
}

/** @returns the commit that the branch is at */
async function fetchBranch(
  { name, branch, mirror, git, limits, timeoutMs }: CopyOptions,
  { gitDir }: CopyTarget,
  signal: AbortSignal,
): Promise<string> {
  const call = { access: { scheme: 'file' }, timeoutMs, signal } as const;
  check(name, await git({ ...call, args: ['init', '--quiet', '--bare', '--template=', '--', gitDir] }));
  // As one pack, whatever there is: it is copied for the run.
  const access = { ...call.access, settings: { 'fetch.unpackLimit': '1' } };
  const args = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
  const depth = `--depth=${limits.history}`;
  const refspec = `+refs/heads/${branch}:refs/heads/${branch}`;
  const { result, failure } = await whileSmall(
    { folder: gitDir, maxBytes: limits.copy.bytes },
    signal,
    (signal) =>
      git({ ...call, signal, access, args: [`--git-dir=${gitDir}`, ...args, depth, '--', mirror, refspec] }),
  );
  if (failure === 'too_large')
    throw tooLarge(name, `its history is over workspaces.limits.copy, ${limits.copy.bytes}`);
  if (failure === 'unmeasured') throw notCopied(name, 'du could not look into its whole copy in time');
  check(name, result);
  const parse = ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`];
  const { stdout } = check(name, await git({ ...call, args: [`--git-dir=${gitDir}`, ...parse] }));
  return stdout.toString('latin1').trim();
}

async function listFiles(
  { name, git, limits, timeoutMs }: CopyOptions,
  { gitDir }: CopyTarget,
  commit: string,
  signal: AbortSignal,
): Promise<TreeEntry[]> {
  const listed = await git({
    access: { scheme: 'none' },
    args: [`--git-dir=${gitDir}`, 'ls-tree', '-r', '-l', '-z', '--full-tree', commit],
    ...{ timeoutMs, signal, maxBytes: limits.files * BYTES_PER_LISTED_FILE },
  });
  if (listed.cut === 'too_long') throw tooLarge(name, `over workspaces.limits.files, ${limits.files}`);
  const entries = parseListing(check(name, listed).stdout);
  if (entries.length > limits.files) throw tooLarge(name, `over workspaces.limits.files, ${limits.files}`);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes > limits.copy.bytes) throw tooLarge(name, `over workspaces.limits.copy, ${limits.copy.bytes}`);
  return entries;
}

function check(name: string, collected: Collected): Collected {
  if (collected.code === 0) return collected;
  if (collected.cut === 'aborted') throw stopped();
  throw notCopied(name, copyFailure(collected));
}

function notCopied(name: string, reason: string): WorkspaceError {
  const message = `The workspace ${name} could not be copied. Send the job again; where it stays so, tell the operator.`;
  return new WorkspaceError('fetch_failed', message, { retryable: true, reason });
}

function tooLarge(name: string, reason: string): WorkspaceError {
  const message = `The workspace ${name} has more or larger files, or a larger history, than workspaces may have. Tell the operator.`;
  return new WorkspaceError('too_large', message, { reason });
}

/** Nobody else has reached it so far. */
async function giveTo(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await promisify(execFile)('chown', ['-hR', `${uid}:${gid}`, '--', folder]);
}
