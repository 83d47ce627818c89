import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostGit } from '../git/host-git.ts';
import { type MirrorFolder, removeMirror } from './folder.ts';

/** Looking through all commits, trees and files of a mirror that is as large as one may be. */
const CHECK_TIMEOUT_MS = 120_000;
/** What git leaves that is killed: locks that nobody holds, and parts of packs. */
const LEFT_BEHIND = /\.lock$|^tmp_|^\.tmp-/;

/**
 * Puts a mirror right whose fetch was cut, by a kill or by a host that went down. One that cannot be is removed, to be
 * fetched anew. The mirror's lock is held, so that nobody else writes to it.
 */
export async function repairMirror(
  folder: MirrorFolder,
  git: HostGit,
  signal: AbortSignal,
): Promise<'repaired' | 'removed'> {
  const names = await readdir(folder.repository, { recursive: true }).catch(() => undefined);
  if (names !== undefined) {
    for (const name of names) {
      if (LEFT_BEHIND.test(name.split('/').at(-1) ?? '')) {
        await rm(join(folder.repository, name), { recursive: true, force: true });
      }
    }
    const checked = await git({
      access: { scheme: 'none' },
      args: [
        `--git-dir=${folder.repository}`,
        'fsck',
        '--connectivity-only',
        '--no-dangling',
        '--no-progress',
      ],
      timeoutMs: CHECK_TIMEOUT_MS,
      signal,
    });
    if (checked.code === 0) return 'repaired';
  }
  await removeMirror(folder);
  return 'removed';
}
