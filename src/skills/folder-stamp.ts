import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What is in a folder, as far as its files' entries tell without reading them. */
export interface FolderStamp {
  /** The same as long as nothing in it was changed. */
  text: string;
  /** When something in it was last changed, in milliseconds since the epoch. */
  changedAtMs: number;
}

/** A folder with more than that is no skill; it is not stamped then. */
const MAX_ENTRIES = 1_000;

/**
 * Stamps a folder with all below it. A file's ctime cannot be set, unlike its mtime: whatever changes it, changes that.
 * @returns undefined where it cannot be looked through, or is too large for it
 */
export async function folderStamp(folder: string): Promise<FolderStamp | undefined> {
  const lines: string[] = [];
  let changedAtMs = 0;

  async function add(path: string): Promise<void> {
    const own = await lstat(path, { bigint: true });
    // A link is what it leads to as well.
    for (const { ino, dev, size, mode, ctimeNs } of own.isSymbolicLink()
      ? [own, await stat(path, { bigint: true })]
      : [own]) {
      lines.push([path, dev, ino, mode, size, ctimeNs].join(' '));
      changedAtMs = Math.max(changedAtMs, Number(ctimeNs / 1_000_000n));
    }
    if (lines.length > MAX_ENTRIES) throw new RangeError('too many');
    if (own.isDirectory()) for (const name of (await readdir(path)).sort()) await add(join(path, name));
  }

  try {
    await add(folder);
    return { text: lines.join('\n'), changedAtMs };
  } catch {
    return undefined;
  }
}
