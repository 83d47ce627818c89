import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Emptier } from './emptier.ts';
import type { Worker } from './worker.ts';

/** The CLI itself may write a line into its configuration folder while it is emptied. */
const TRIES = 3;
const BETWEEN_TRIES_MS = 20;

/**
 * Empties all that a job could write to: its working folder, its home with the CLI's own state, and what its sandbox
 * keeps in memory.
 * @returns false where something is left, or cannot be seen; the worker is of no use then
 */
export async function emptyWorker(
  { folder, root }: Pick<Worker, 'folder' | 'root'>,
  emptier: Emptier,
): Promise<boolean> {
  if (root === undefined) return false;
  const folders = [
    folder.work,
    folder.workspace,
    folder.home,
    folder.temp,
    join(root, 'tmp'),
    join(root, 'dev/shm'),
  ];
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (tried > 0) await delay(BETWEEN_TRIES_MS);
    const left = await notEmpty(folders);
    if (left === undefined) return false;
    if (left.length === 0) return true;
    await emptier.empty(left);
  }
  return (await notEmpty(folders))?.length === 0;
}

/** @returns undefined where one of them cannot be looked into */
async function notEmpty(folders: string[]): Promise<string[] | undefined> {
  try {
    const filled = await Promise.all(folders.map(async (path) => (await readdir(path)).length > 0));
    return folders.filter((_, index) => filled[index]);
  } catch {
    return undefined;
  }
}
