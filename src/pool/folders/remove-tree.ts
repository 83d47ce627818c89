import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { PoolError } from '../errors.ts';

/** A job can leave millions of files. What is not removed by then is left to the next start's sweep. */
const TIMEOUT_MS = 120_000;
/** After 0.1 s, 0.2 s, 0.3 s: where file descriptors have run out there are some again soon. */
const MAX_RETRIES = 3;

/**
 * Removes a folder and all in it, also where a job took its own permissions away, as in `chmod 000 folder`;
 * only root is not hindered by that. By rm(1) and chmod(1), which go from folder to folder and never use a whole
 * path: a job can nest folders deeper than any path may be long. Nothing may run in it any more.
 * @throws PoolError folder_not_removed, with nothing in it that a job has named
 */
export async function removeTree(path: string): Promise<void> {
  if (process.getuid?.() !== 0) await run('chmod', ['-R', 'u+rwX', '--', path]);
  const problem = await run('rm', ['-rf', '--one-file-system', '--', path]);
  if (problem === undefined) return;
  // Without free descriptors or processes rm(1) is not even started. Doing it ourselves takes one descriptor.
  try {
    await rm(path, { recursive: true, force: true, maxRetries: MAX_RETRIES });
  } catch {
    throw new PoolError('folder_not_removed', `${path} was not removed: rm ${problem}.`);
  }
}

/** What it says on standard error is not read: it has names that a job chose. */
function run(command: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
    child.on('error', (error: NodeJS.ErrnoException) => resolve(`was not started (${error.code})`));
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
}
