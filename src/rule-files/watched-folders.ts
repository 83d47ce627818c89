import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, parse, relative, resolve, sep } from 'node:path';

/** A folder to watch: for all that happens in it, or for what happens to some names in it. */
export type WatchedFolders = Map<string, 'all' | Set<string>>;

/** More links than the kernel follows (path_resolution(7): 40). */
const MAX_LINKS = 40;

/**
 * The folders in which a change means that a path may lead elsewhere or hold something else: for every part of the
 * path, links on the way too, the folder that holds it; and a folder that is meant itself, with those below it. So it
 * is seen when a file is written or renamed, when a ConfigMap's `..data` link is swapped, and when a folder on the way
 * is replaced.
 * @param paths absolute; what is missing is watched for from the nearest folder that there is
 */
export async function watchedFolders(paths: readonly string[]): Promise<WatchedFolders> {
  const watched: WatchedFolders = new Map();
  for (const path of paths) await follow(path, watched, 0);
  return watched;
}

async function follow(path: string, watched: WatchedFolders, links: number): Promise<void> {
  if (links > MAX_LINKS) return;
  const { root } = parse(path);
  let at = root;
  for (const name of relative(root, path).split(sep).filter(Boolean)) {
    const part = join(at, name);
    watchName(watched, at, name);
    const stats = await lstat(part).catch(() => undefined);
    if (stats === undefined) return;
    if (stats.isSymbolicLink()) {
      const target = resolve(at, await readlink(part).catch(() => name));
      const rest = relative(part, path);
      return follow(rest === '' ? target : join(target, rest), watched, links + 1);
    }
    at = part;
  }
  const stats = await lstat(at).catch(() => undefined);
  if (stats?.isDirectory()) await watchFolder(watched, at, links);
}

/** A folder of rule files: all that happens in it, below it, and where its links lead. */
async function watchFolder(watched: WatchedFolders, folder: string, links: number): Promise<void> {
  watched.set(folder, 'all');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) await follow(path, watched, links + 1);
    else if (entry.isDirectory() && !entry.name.startsWith('.')) await watchFolder(watched, path, links);
  }
}

function watchName(watched: WatchedFolders, folder: string, name: string): void {
  const names = watched.get(folder);
  if (names === 'all') return;
  if (names === undefined) watched.set(folder, new Set([name]));
  else names.add(name);
}
