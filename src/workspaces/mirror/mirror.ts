import type { Config } from '../../config/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { stopped, WorkspaceError } from '../error.ts';
import { type FetchFailure, failureSentence, fetchFailure, isPassing } from '../git/failure.ts';
import type { Source } from '../git/source.ts';
import { inPlace, type Places } from '../places.ts';
import {
  abandonFetch,
  beginFetch,
  endFetch,
  forgetFetch,
  noteMissingBranch,
  removeMirror,
  touchMirror,
  wasCut,
} from './folder.ts';
import {
  type FreshnessOptions,
  isFresh,
  lookForBranch,
  MISSING_BRANCH_PAUSE_MS,
  NO_SUCH_REVISION,
} from './freshness.ts';
import { withLock } from './lock.ts';
import { repairMirror } from './repair.ts';
import { type SizeFailure, whileSmall } from './size.ts';

/** What a mirror is kept with. */
export interface MirrorOptions extends FreshnessOptions {
  name: string;
  source: Source;
  /** File with settings that git reads only from the user's own configuration. */
  globalConfigFile: string;
  settings: Pick<Config['workspaces'], 'maxAge' | 'fetchTimeout' | 'limits'>;
  logger: Logger;
  /** As many fetches of all repositories go on at once. */
  fetchPlaces: Places;
  /** Aborted when this process ends. */
  closing: AbortSignal;
}

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
      `The workspace ${name} has no branch ${branch}. Name one that it has, or send the job again ${MISSING_BRANCH_PAUSE_MS / 1000} seconds after it was made.`,
    );
  }
  throw new WorkspaceError('fetch_failed', failureSentence(name, 'failed'), {
    retryable: true,
    reason: `the mirror cannot be looked into: ${fetchFailure(stderr, cut)}`,
  });
}

function beginShared(options: MirrorOptions, fetches: Fetches, branch: string): Promise<void> {
  const { folder, closing, now } = options;
  const fetch = withLock(folder.lock, closing, async (fd) => {
    // Another process, which had the lock, may have fetched what we want.
    if (await isFresh(options, branch, closing)) return;
    await inPlace(options.fetchPlaces, closing, () => fetchWhole(options, fd, closing));
    const { code } = await lookForBranch(options, branch, closing);
    if (code === NO_SUCH_REVISION) await noteMissingBranch(folder, now());
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

/** Fetches all branches. The mirror's lock is held. */
async function fetchWhole(options: MirrorOptions, heldFd: number, signal: AbortSignal): Promise<void> {
  const { name, folder, source, git, logger, now } = options;
  const startedAt = performance.now();
  if (await wasCut(folder)) {
    const became = await repairMirror(folder, git, signal);
    logger.warn({ workspace: name, reason: became }, 'the last fetch of a workspace was cut');
  }
  await beginFetch(folder);
  const { code, stderr, cut, size } = await callFetch(options, heldFd, signal);
  if (size !== undefined) throw await sizeError(options, size);
  if (code !== 0) {
    const failure = fetchFailure(stderr, cut);
    // git that ended by itself has cleaned up; one that was killed has not, and its mark stays.
    if (failure === 'damaged') await removeMirror(folder);
    else if (cut === undefined) await abandonFetch(folder);
    if (cut === 'aborted') throw stopped();
    throw fetchError(name, failure, source.mask(stderr.trim()));
  }
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
  if (made.code !== 0) return { ...made, size: undefined };
  const { result: fetched, failure: size } = await whileSmall(
    { folder: folder.path, maxBytes: settings.limits.mirror.bytes },
    signal,
    (signal) =>
      git({
        ...call,
        signal,
        access: { ...source.access, globalConfigFile },
        args: [
          ...[`--git-dir=${folder.repository}`, 'fetch', '--quiet', '--force', '--prune', '--no-tags'],
          ...['--no-recurse-submodules', '--no-write-fetch-head', '--', source.address],
          '+refs/heads/*:refs/heads/*',
        ],
      }),
  );
  return { ...fetched, size };
}

/** A mirror that is too large is removed; one whose size is not known is used by nobody until it was measured. */
async function sizeError(options: MirrorOptions, failure: SizeFailure): Promise<WorkspaceError> {
  const { name, folder, settings } = options;
  if (failure === 'unmeasured') {
    await forgetFetch(folder);
    return fetchError(name, failure, 'du could not look into its whole mirror in time');
  }
  await removeMirror(folder);
  const reason = `it is over workspaces.limits.mirror, ${settings.limits.mirror.bytes} bytes`;
  const message = `The workspace ${name} is larger than workspaces may be. Tell the operator.`;
  return new WorkspaceError('too_large', message, { reason });
}

function fetchError(name: string, failure: FetchFailure, said: string): WorkspaceError {
  return new WorkspaceError('fetch_failed', failureSentence(name, failure), {
    retryable: isPassing(failure),
    reason: `${failure}: ${said}`,
  });
}
