import type { Config } from '../../config/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { WorkspaceError } from '../error.ts';
import type { Collected } from '../git/collect.ts';
import { failureSentence, fetchFailure, isPassing } from '../git/failure.ts';
import type { HostGit } from '../git/host-git.ts';
import type { Source } from '../git/source.ts';
import {
  abandonFetch,
  beginFetch,
  endFetch,
  fetchedAtMs,
  type MirrorFolder,
  removeMirror,
  touchMirror,
  wasCut,
} from './folder.ts';
import { withLock } from './lock.ts';
import { repairMirror } from './repair.ts';
import { diskBytes, watchSize } from './size.ts';

/** What a mirror is kept with. */
export interface MirrorOptions {
  name: string;
  folder: MirrorFolder;
  source: Source;
  git: HostGit;
  /** File with settings that git reads only from the user's own configuration. */
  globalConfigFile: string;
  settings: Pick<Config['workspaces'], 'maxAge' | 'fetchTimeout' | 'limits'>;
  logger: Logger;
  /** Aborted when this process ends. */
  closing: AbortSignal;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** For calls that only look into a mirror. */
const LOOK_TIMEOUT_MS = 10_000;
/** git-rev-parse(1) with --verify --quiet; anything else says nothing of the branch. */
const NO_SUCH_REVISION = 1;
/** Fetches that go on, by the mirror's folder: whoever wants the same one waits for it. */
export type Fetches = Map<string, Promise<void>>;

/**
 * Sees to it that the mirror has the branch as it is now, or was no longer ago than may be. One fetch goes on at a time
 * on this host, and it goes on when the job that it was begun for is given up: others may wait for it.
 * @param signal aborted when nobody waits for it any more
 * @throws WorkspaceError no_branch, fetch_failed, too_large, unusable, stopped
 */
export async function freshMirror(
  options: MirrorOptions,
  fetches: Fetches,
  branch: string,
  signal: AbortSignal,
): Promise<void> {
  const { name, folder, now } = options;
  // The branch may have been made after a fetch was begun that another job waits for.
  for (let tries = 0; tries < 2 && !(await isFresh(options, branch, signal)); tries += 1) {
    const known = fetches.get(folder.path);
    const fetch = known ?? beginShared(options, fetches, branch);
    await unlessAborted(fetch, signal);
    if (known === undefined) break;
  }
  const { code, cut, stderr } = await lookForBranch(options, branch, signal);
  if (code === 0) return touchMirror(folder, now());
  if (signal.aborted) throw stopped();
  if (code === NO_SUCH_REVISION) {
    throw new WorkspaceError(
      'no_branch',
      `The workspace ${name} has no branch ${branch}. Name one that it has.`,
    );
  }
  throw new WorkspaceError('fetch_failed', failureSentence(name, 'failed'), {
    retryable: true,
    reason: `the mirror cannot be looked into: ${cut ?? stderr.trim()}`,
  });
}

function beginShared(options: MirrorOptions, fetches: Fetches, branch: string): Promise<void> {
  const { folder, closing } = options;
  const fetch = withLock(folder.lock, closing, async (fd) => {
    // Another process, which had the lock, may have fetched what we want.
    if (!(await isFresh(options, branch, closing))) await fetchWhole(options, fd, closing);
  }).finally(() => fetches.delete(folder.path));
  fetches.set(folder.path, fetch);
  return fetch;
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(stopped());
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    // Nobody else may wait for it by then.
    work.catch(() => {});
  }
}

function stopped(): WorkspaceError {
  return new WorkspaceError('stopped', 'The job ended before its workspace was there.');
}

async function isFresh(options: MirrorOptions, branch: string, signal: AbortSignal): Promise<boolean> {
  const { folder, settings, now } = options;
  const fetchedAt = await fetchedAtMs(folder);
  if (fetchedAt === undefined) return false;
  const ageMs = now() - fetchedAt;
  // A clock that was set back is no reason to never fetch again.
  if (ageMs < 0 || ageMs > settings.maxAge.ms) return false;
  // One that is not there may have just been made.
  return (await lookForBranch(options, branch, signal)).code === 0;
}

function lookForBranch(
  { folder, git }: MirrorOptions,
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

/** Fetches all branches. The mirror's lock is held. */
async function fetchWhole(options: MirrorOptions, heldFd: number, signal: AbortSignal): Promise<void> {
  const { name, folder, source, git, settings, logger, now } = options;
  const startedAt = performance.now();
  if (await wasCut(folder)) {
    const became = await repairMirror(folder, git, signal);
    logger.warn({ workspace: name, reason: became }, 'the last fetch of a workspace was cut');
  }
  await beginFetch(folder);
  const { code, stderr, cut, isTooLarge } = await callFetch(options, heldFd, signal);
  if (isTooLarge) throw await tooLarge(options);
  if (code !== 0) {
    const failure = fetchFailure(stderr, cut);
    // git that ended by itself has cleaned up; one that was killed has not, and its mark stays.
    if (failure === 'damaged') await removeMirror(folder);
    else if (cut === undefined) await abandonFetch(folder);
    if (cut === 'aborted')
      throw new WorkspaceError('stopped', 'The job ended before its workspace was there.');
    throw new WorkspaceError('fetch_failed', failureSentence(name, failure), {
      retryable: isPassing(failure),
      reason: `${failure}: ${source.mask(stderr.trim())}`,
    });
  }
  if ((await diskBytes(folder.path)) > settings.limits.mirror.bytes) throw await tooLarge(options);
  await endFetch(folder, now());
  const durationMs = Math.round(performance.now() - startedAt);
  logger.info({ workspace: name, duration_ms: durationMs }, 'workspace fetched');
}

async function callFetch(options: MirrorOptions, heldFd: number, signal: AbortSignal) {
  const { folder, source, git, globalConfigFile, settings } = options;
  const call = { timeoutMs: settings.fetchTimeout.ms, signal, heldFd };
  // Without a template there are no hooks and no excludes in it.
  const made = await git({
    ...call,
    access: { scheme: 'none' },
    args: ['init', '--quiet', '--bare', '--template=', '--', folder.repository],
  });
  if (made.code !== 0) return { ...made, isTooLarge: false };
  const full = new AbortController();
  const watch = watchSize(folder.path, settings.limits.mirror.bytes, () => full.abort());
  const fetched = await git({
    ...call,
    signal: AbortSignal.any([signal, full.signal]),
    access: { ...source.access, globalConfigFile },
    args: [
      ...[`--git-dir=${folder.repository}`, 'fetch', '--quiet', '--force', '--prune', '--no-tags'],
      ...['--no-recurse-submodules', '--no-write-fetch-head', '--', source.address],
      '+refs/heads/*:refs/heads/*',
    ],
  });
  watch.dispose();
  return { ...fetched, isTooLarge: full.signal.aborted };
}

async function tooLarge({ name, folder, settings }: MirrorOptions): Promise<WorkspaceError> {
  await removeMirror(folder);
  const reason = `it is over workspaces.limits.mirror, ${settings.limits.mirror.bytes} bytes`;
  const message = `The workspace ${name} is larger than workspaces may be. Tell the operator.`;
  return new WorkspaceError('too_large', message, { reason });
}
