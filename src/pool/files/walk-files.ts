import type { BigIntStats } from 'node:fs';
import { type FileHandle, readdir } from 'node:fs/promises';
import { hasEntries } from './has-entries.ts';
import { openFolder, openToRead, pathIn } from './open-in.ts';

/** A regular file that a job has left. */
export interface FoundFile {
  /** Relative, with `/` between its parts. */
  path: string;
  stats: BigIntStats;
  /** Open to be read until the next file is asked for. */
  handle: FileHandle;
}

export interface WalkLimits {
  /** Entries that are looked at; the others are passed over. */
  maxEntries: number;
  /** Folders within folders. */
  maxDepth: number;
  /** Names of folders that are passed over. */
  ignoredFolders: ReadonlySet<string>;
  /** Paths of files that are not looked at at all, and do not count. */
  passedOver: ReadonlySet<string>;
}

/** What was passed over. */
export interface WalkReport {
  /** Links, FIFOs, sockets, files with a second name, those that we may not read, names that are not UTF-8. */
  refused: number;
  /** Whether there was more than the limits allow. */
  incomplete: boolean;
}

/**
 * Finds the files in a folder in which somebody may go on to change things, in the order of their names. Follows no
 * link and gives no file that has another name too, which may lie anywhere: a hard link.
 */
export async function* walkFiles(
  root: string,
  { maxEntries, maxDepth, ignoredFolders, passedOver }: WalkLimits,
  report: WalkReport,
): AsyncGenerator<FoundFile> {
  let entries = 0;

  async function* walk(folder: FileHandle, prefix: string, depth: number): AsyncGenerator<FoundFile> {
    for (const { name, isFolder } of await namesIn(folder, report)) {
      if (!isFolder && passedOver.has(prefix + name)) continue;
      entries += 1;
      if (entries > maxEntries) {
        report.incomplete = true;
        return;
      }
      if (isFolder && ignoredFolders.has(name)) continue;
      if (isFolder && depth >= maxDepth) {
        report.incomplete = true;
        continue;
      }
      const open = isFolder ? openFolder : openToRead;
      const handle = await open(pathIn(folder, name)).catch(() => undefined);
      if (handle === undefined) {
        report.refused += 1;
        continue;
      }
      try {
        if (isFolder) yield* walk(handle, `${prefix}${name}/`, depth + 1);
        else {
          const stats = await handle.stat({ bigint: true });
          if (stats.isFile() && stats.nlink === 1n) yield { path: prefix + name, stats, handle };
          else report.refused += 1;
        }
      } finally {
        await handle.close();
      }
    }
  }

  // After most jobs there is nothing.
  if (!hasEntries(root)) return;
  const folder = await openFolder(root);
  try {
    yield* walk(folder, '', 1);
  } finally {
    await folder.close();
  }
}

async function namesIn(
  folder: FileHandle,
  report: WalkReport,
): Promise<{ name: string; isFolder: boolean }[]> {
  const found = await readdir(pathIn(folder, '.'), { withFileTypes: true, encoding: 'buffer' }).catch(
    () => undefined,
  );
  if (found === undefined) {
    report.refused += 1;
    return [];
  }
  const names = found.flatMap((entry) => {
    const name = entry.name.toString('utf8');
    if (Buffer.from(name).equals(entry.name)) return [{ name, isFolder: entry.isDirectory() }];
    report.refused += 1;
    return [];
  });
  return names.sort((a, b) => (a.name < b.name ? -1 : 1));
}
