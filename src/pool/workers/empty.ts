import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from './worker.ts';

/** As removing a job's folder may take; the worker waits for it. */
const TIMEOUT_MS = 120_000;
/** The CLI itself may write a line into its configuration folder while it is emptied. */
const TRIES = 3;
const BETWEEN_TRIES_MS = 20;

/**
 * Empties all that a job could write to: its working folder, its home with the CLI's own state, and what its sandbox
 * keeps in memory. By find(1), which never follows a link and never uses a whole path, and can take any name.
 * @returns false where something is left, or cannot be seen; the worker is of no use then
 */
export async function emptyWorker({ folder, root }: Pick<Worker, 'folder' | 'root'>): Promise<boolean> {
  if (root === undefined) return false;
  const folders = [folder.work, folder.home, folder.temp, join(root, 'tmp'), join(root, 'dev/shm')];
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (tried > 0) await delay(BETWEEN_TRIES_MS);
    const left = await notEmpty(folders);
    if (left === undefined) return false;
    if (left.length === 0) return true;
    await remove(left);
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

/** What it says on standard error is not read: it has names that a job chose. */
function remove(folders: string[]): Promise<void> {
  return new Promise((resolve) => {
    const args = [...folders, '-xdev', '-mindepth', '1', '-delete'];
    const child = spawn('find', args, { stdio: 'ignore', timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
}
