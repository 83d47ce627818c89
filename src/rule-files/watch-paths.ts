import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { watchedFolders } from './watched-folders.ts';

export interface WatchOptions {
  /** Absolute. */
  paths: readonly string[];
  /** Called some time after something may have changed; never while an earlier call still runs. */
  onChange(): Promise<void>;
  /** Called with what onChange throws; the next change is told all the same. */
  onError(error: unknown): void;
  /** How long nothing more may happen before onChange is called: an editor's write is several events. */
  settleMs?: number;
  /** How often onChange is called without any event, for file systems that send none, such as some network mounts. */
  recheckMs?: number;
}

export interface PathWatch {
  close(): void;
}

const SETTLE_MS = 100;
/** Where something happens all the time, onChange is called after this many settle times all the same. */
const MAX_SETTLES = 10;
const RECHECK_MS = 30_000;

/**
 * Watches where rule files come from, by the kernel's events. (chokidar watches either links or their targets; here a
 * swap of any link on the way counts.)
 */
export async function watchPaths(options: WatchOptions): Promise<PathWatch> {
  const { paths, onChange, onError, settleMs = SETTLE_MS, recheckMs = RECHECK_MS } = options;
  const watchers = new Map<string, { watcher: FSWatcher; inode: bigint }>();
  let closed = false;
  let settling: NodeJS.Timeout | undefined;
  let eventsSince: number | undefined;
  let running = false;
  let again = false;

  const settle = () => {
    if (closed) return;
    const now = performance.now();
    eventsSince ??= now;
    clearTimeout(settling);
    const latest = eventsSince + settleMs * MAX_SETTLES;
    settling = setTimeout(() => void run(), Math.max(Math.min(settleMs, latest - now), 0));
  };
  const run = async () => {
    eventsSince = undefined;
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      // Watched first: what happens while the files are read is seen too.
      await renew();
      if (!closed) await onChange();
    } catch (error) {
      onError(error);
    }
    running = false;
    if (again) {
      again = false;
      settle();
    }
  };

  /** Watches the folders that lead to the paths now; a folder of the same name that is another one counts as new. */
  const renew = async () => {
    const folders = await watchedFolders(paths);
    for (const [folder, { watcher, inode }] of watchers) {
      if (folders.has(folder) && (await inodeOf(folder)) === inode) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const [folder, names] of folders) {
      if (closed) break;
      const inode = await inodeOf(folder);
      if (inode === undefined) continue;
      watchers.get(folder)?.watcher.removeAllListeners('change');
      const watcher = watchers.get(folder)?.watcher ?? open(folder);
      if (watcher === undefined) continue;
      watcher.on('change', (_event, name) => {
        if (names === 'all' || name === null || names.has(String(name))) settle();
      });
      watchers.set(folder, { watcher, inode });
    }
    if (closed) closeAll();
  };
  const open = (folder: string): FSWatcher | undefined => {
    try {
      const watcher = watch(folder, { persistent: false });
      watcher.on('error', settle);
      return watcher;
    } catch {
      // No more watches are to be had, or the folder is gone: the recheck is left.
      return undefined;
    }
  };
  const closeAll = () => {
    for (const { watcher } of watchers.values()) watcher.close();
    watchers.clear();
  };

  await renew();
  const recheck = setInterval(() => void run(), recheckMs).unref();
  return {
    close() {
      closed = true;
      clearTimeout(settling);
      clearInterval(recheck);
      closeAll();
    },
  };
}

async function inodeOf(folder: string): Promise<bigint | undefined> {
  const stats = await stat(folder, { bigint: true }).catch(() => undefined);
  return stats?.ino;
}
