import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hasEntries } from '../files/has-entries.ts';
import { removeFew } from '../files/remove-few.ts';
import { writtenByWorkers } from '../folders/job-folder.ts';
import { removeInstructions } from '../folders/place-instructions.ts';
import type { Emptier } from './emptier.ts';
import type { Worker } from './worker.ts';

/** The CLI itself may write something of its own while it is emptied. */
const TRIES = 4;
const BETWEEN_TRIES_MS = 20;

/**
 * Empties all that a job could write to: its working folder, its home, the CLI's own state, and what its sandbox keeps in
 * memory. What was put into the CLI's configuration for it is removed too.
 * @returns false where something is left, or cannot be seen; the worker is of no use then
 */
export async function emptyWorker(
  { folder, root }: Pick<Worker, 'folder' | 'root'>,
  emptier: Emptier,
): Promise<boolean> {
  if (root === undefined) return false;
  const folders = [...writtenByWorkers(folder), folder.workspace, join(root, 'tmp'), join(root, 'dev/shm')];
  removeInstructions(folder.config);
  for (let tried = 0; ; tried += 1) {
    const left = filled(folders);
    if (left === undefined) return false;
    if (left.length === 0) return true;
    if (tried === TRIES) return false;
    if (tried === 0) for (const path of left) removeFew(path);
    else {
      if (tried > 1) await delay(BETWEEN_TRIES_MS);
      await emptier.empty(left);
    }
  }
}

/** @returns undefined where one of them cannot be looked into */
function filled(folders: string[]): string[] | undefined {
  try {
    return folders.filter(hasEntries);
  } catch {
    return undefined;
  }
}
