import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { stopped, WorkspaceError } from '../error.ts';

const LOOK_EVERY_MS = 100;
/** flock(1) where the lock is another's. */
const TAKEN = 1;

/**
 * Does work with a lock that keeps out every other process of this host. It is flock(2)'s, on an open file that git gets
 * too: when we are killed it is free only once the git processes that we started are gone as well.
 * @param work gets the descriptor that is to be passed on
 * @throws WorkspaceError stopped, unusable; what work throws
 */
export async function withLock<T>(
  file: string,
  signal: AbortSignal,
  work: (fd: number) => Promise<T>,
): Promise<T> {
  const handle = await open(file, 'a', 0o600);
  try {
    while (!(await tryLock(handle.fd))) {
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {
        throw stopped();
      });
    }
    return await work(handle.fd);
  } finally {
    await handle.close();
  }
}

/** Node has no flock(2); flock(1) locks what it inherits as descriptor 3, and the lock stays with the open file. */
async function tryLock(fd: number): Promise<boolean> {
  const child = spawn('flock', ['-x', '-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
  const [code] = await once(child, 'close').catch((cause: unknown) => {
    throw new WorkspaceError('unusable', 'Workspaces cannot be used here: tell the operator.', {
      cause,
      reason: 'flock of util-linux is not installed',
    });
  });
  if (code !== 0 && code !== TAKEN) {
    throw new WorkspaceError('unusable', 'Workspaces cannot be used here: tell the operator.', {
      reason: `the folder of mirrors is on a file system that cannot be locked (flock: ${code})`,
    });
  }
  return code === 0;
}
