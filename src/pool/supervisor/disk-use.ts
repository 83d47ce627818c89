import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import type { NamespaceProcess } from '../workers/namespace.ts';

/** A job can make millions of files; what is counted by then is what counts. */
const TIMEOUT_MS = 30_000;
const BLOCK_BYTES = 512;

export interface DiskUse {
  bytes: number;
  files: number;
}

/**
 * What is allocated for folders of one file system, and for files that were removed from them but are still open: du(1)
 * does not see those.
 * @param processes who may have files open
 */
export async function diskUse(folders: string[], processes: readonly NamespaceProcess[]): Promise<DiskUse> {
  const [bytes, files, unlinked] = await Promise.all([
    sumOf(['--block-size=1', ...folders]),
    sumOf(['--inodes', ...folders]),
    unlinkedBytes(folders[0] as string, processes),
  ]);
  return { bytes: bytes + unlinked, files };
}

/** Reads what du(1) says of each folder, also where it could not look into all of it. */
function sumOf(args: string[]): Promise<number> {
  return new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' } as const;
    execFile('du', ['--summarize', '--one-file-system', ...args], options, (_error, stdout) => {
      const sizes = [...stdout.matchAll(/^(\d+)\t/gm)].map(([, size]) => Number(size));
      resolve(sizes.reduce((sum, size) => sum + size, 0));
    });
  });
}

async function unlinkedBytes(folder: string, processes: readonly NamespaceProcess[]): Promise<number> {
  const device = (await stat(folder)).dev;
  const found = new Map<number, number>();
  for (const { folder: proc } of processes) {
    const descriptors = await readdir(`${proc}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const stats = await stat(`${proc}/fd/${descriptor}`).catch(() => undefined);
      if (stats?.isFile() && stats.nlink === 0 && stats.dev === device) {
        found.set(stats.ino, stats.blocks * BLOCK_BYTES);
      }
    }
  }
  return [...found.values()].reduce((sum, bytes) => sum + bytes, 0);
}
