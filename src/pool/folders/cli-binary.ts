import { constants } from 'node:fs';
import { chmod, copyFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canRun } from './traversable.ts';

/** The Claude Code CLI as a file that workers can run. */
export interface CliBinary {
  /**
   * Looks for the CLI anew, so that one installed or updated meanwhile is used.
   * @returns its path; undefined when it is not installed
   */
  locate(): Promise<string | undefined>;
}

/**
 * Finds the CLI. Where it lies in a place that the workers' uid cannot enter, such as a checkout in /root, a
 * copy in the runtime folder takes its place.
 * @param find where the CLI is installed; undefined when it is not
 */
export function cliBinary(
  find: () => string | undefined,
  runtimeFolder: string,
  worker: { uid: number; gid: number },
): CliBinary {
  let copied: string | undefined;
  const locate = async () => {
    const source = find();
    if (source === undefined || canRun(source, worker)) return source;
    const { size, mtimeMs } = await stat(source);
    const stamp = `${source}:${size}:${mtimeMs}`;
    const path = join(runtimeFolder, 'claude');
    if (copied !== stamp || !(await hasSize(path, size))) {
      await replaceBy(path, source);
      copied = stamp;
    }
    return path;
  };
  let locating: Promise<string | undefined> | undefined;
  return {
    locate() {
      locating ??= locate().finally(() => {
        locating = undefined;
      });
      return locating;
    },
  };
}

async function hasSize(path: string, size: number): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.size === size;
}

/** A program that runs cannot be written to, so the new one takes the old one's name instead. */
async function replaceBy(path: string, source: string): Promise<void> {
  const partial = `${path}.partial`;
  // Copying 381 MB costs nothing where the file system can share the blocks.
  await copyFile(source, partial, constants.COPYFILE_FICLONE);
  await chmod(partial, 0o755);
  await rename(partial, path);
}
