import type { StoredFiles, StoredGroup } from './files.ts';

/** Whether somebody still needs the files of a group. */
export type Need = 'needed' | 'if there is room' | 'not needed';

export interface FileRetentionOptions {
  files: StoredFiles;
  needOf(group: string): Promise<Need>;
  maxTotalBytes: number;
  everyMs: number;
  onError(error: unknown): void;
}

/** Room for the files of all jobs, as this process knows it. */
export interface Room {
  /** What there was when it was last looked at, less what was taken since. */
  freeBytes(): number;
  /** A file of so many bytes was written. */
  take(bytes: number): void;
}

export interface FileRetention extends Room {
  close(): Promise<void>;
}

/**
 * Removes files that nobody needs, and where all together are too large others that are not needed at once, those
 * first that changed longest ago. Any number of processes may do this on one folder.
 */
export function startFileRetention(options: FileRetentionOptions): FileRetention {
  const { maxTotalBytes, everyMs, onError } = options;
  let free = maxTotalBytes;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    try {
      free = maxTotalBytes - (await sweep(options, () => closed));
    } catch (error) {
      onError(error);
    }
    if (!closed) timer = setTimeout(again, everyMs).unref();
  };
  const again = () => {
    looking = look();
  };
  let looking = look();
  return {
    freeBytes: () => Math.max(0, free),
    take(bytes) {
      free -= bytes;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

/** @returns bytes that are left */
async function sweep(
  { files, needOf, maxTotalBytes }: FileRetentionOptions,
  stopped: () => boolean,
): Promise<number> {
  let total = 0;
  const spare: StoredGroup[] = [];
  for (const stored of await files.list()) {
    if (stopped()) return 0;
    const need = await needOf(stored.group);
    if (need === 'not needed') {
      await files.remove(stored.group);
      continue;
    }
    total += stored.bytes;
    if (need === 'if there is room') spare.push(stored);
  }
  spare.sort((a, b) => a.changedAt - b.changedAt);
  for (const { group, bytes } of spare) {
    if (total <= maxTotalBytes || stopped()) break;
    await files.remove(group);
    total -= bytes;
  }
  return total;
}
