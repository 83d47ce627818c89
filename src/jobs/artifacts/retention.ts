import type { JobState } from '../job.ts';
import { isFinal } from '../job.ts';
import type { ArtifactFiles, StoredFiles } from './files.ts';

export interface ArtifactRetentionOptions {
  files: ArtifactFiles;
  /** Undefined for a job that is gone. */
  stateOf(jobId: string): Promise<JobState | undefined>;
  maxTotalBytes: number;
  everyMs: number;
  onError(error: unknown): void;
}

export interface ArtifactRetention {
  /** Room for files as it was when it was last looked at. */
  freeBytes(): number;
  close(): Promise<void>;
}

/**
 * Removes the files of jobs that are gone, and where all files together are too large those of jobs that ended, the
 * ones first that changed longest ago. Any number of processes may do this on one folder.
 */
export function startArtifactRetention(options: ArtifactRetentionOptions): ArtifactRetention {
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
    async close() {
      closed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

/** @returns bytes that are left */
async function sweep(
  { files, stateOf, maxTotalBytes }: ArtifactRetentionOptions,
  stopped: () => boolean,
): Promise<number> {
  let total = 0;
  const ended: StoredFiles[] = [];
  for (const stored of await files.list()) {
    if (stopped()) return 0;
    const state = await stateOf(stored.jobId);
    if (state === undefined) {
      await files.remove(stored.jobId);
      continue;
    }
    total += stored.bytes;
    if (isFinal(state)) ended.push(stored);
  }
  ended.sort((a, b) => a.changedAt - b.changedAt);
  for (const { jobId, bytes } of ended) {
    if (total <= maxTotalBytes || stopped()) break;
    await files.remove(jobId);
    total -= bytes;
  }
  return total;
}
