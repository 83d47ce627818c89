import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** After 0.1 s, 0.2 s, 0.3 s: where file descriptors have run out there are some again soon. */
const MAX_RETRIES = 3;

/**
 * Removes a folder and all in it, also where a job took its own permissions away, as in `chmod 000 folder`;
 * only root is not hindered by that. Nothing may run in it any more: links that change under us are not
 * guarded against.
 */
export async function removeTree(path: string): Promise<void> {
  if (process.getuid?.() !== 0) await openFolders(path);
  await rm(path, { recursive: true, force: true, maxRetries: MAX_RETRIES });
}

async function openFolders(path: string): Promise<void> {
  try {
    await chmod(path, 0o700);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(path, entry.name));
  }
}
