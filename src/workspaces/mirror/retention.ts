import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MIRROR_ID, mirrorFolder, removeMirror, usedAtMs } from './folder.ts';
import { withLock } from './lock.ts';

export interface RetentionOptions {
  root: string;
  /** Of the workspaces that are configured. */
  configured: ReadonlySet<string>;
  /** How long a mirror is kept that nobody uses. */
  keepMs: number;
  nowMs: number;
  signal: AbortSignal;
}

const GONE = /^[0-9a-f]{24}\.gone-/;

/**
 * Removes mirrors of repositories that are not configured any more, those that nobody used for long, and what is left
 * of others that were being removed.
 * @returns how many
 */
export async function removeUnusedMirrors(options: RetentionOptions): Promise<number> {
  const { root, configured, keepMs, nowMs, signal } = options;
  let removed = 0;
  for (const name of await namesIn(root)) {
    if (GONE.test(name)) await rm(join(root, name), { recursive: true, force: true });
    if (!MIRROR_ID.test(name)) continue;
    const folder = mirrorFolder(root, name);
    const isWanted = async () =>
      configured.has(name) && nowMs - ((await usedAtMs(folder)) ?? nowMs) <= keepMs;
    if (await isWanted()) continue;
    await withLock(folder.lock, signal, async () => {
      if (await isWanted()) return;
      await removeMirror(folder);
      removed += 1;
    });
  }
  return removed;
}

/** There is no folder before the first workspace was used. */
async function namesIn(root: string): Promise<string[]> {
  return readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
