import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Check, Finding } from '../finding.ts';

const MIB = 2 ** 20;
/** With less, logs and Redis's own files fill it within a day. */
const LEAST_BYTES = 256 * MIB;

export const diskCheck: Check = {
  part: 'Disk',
  failure: 'wrong',
  async run({ config: { dataDir, jobs } }) {
    const folder = await firstThatIs(dataDir);
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    return judgeRoom(bavail * bsize, jobs.artifacts.maxTotal.bytes, dataDir);
  },
};

/** @param wantedBytes what files of jobs may take */
export function judgeRoom(freeBytes: number, wantedBytes: number, dataDir: string): Omit<Finding, 'part'> {
  const free = `${Math.floor(freeBytes / MIB)} MiB free for ${dataDir}`;
  if (freeBytes < LEAST_BYTES) {
    return { state: 'wrong', detail: `${free}: make room, or choose another folder with --data-dir.` };
  }
  if (freeBytes < wantedBytes + LEAST_BYTES) {
    const wanted = Math.ceil(wantedBytes / MIB);
    return {
      state: 'limited',
      detail: `${free}, and files that jobs make may take ${wanted}: make room, or lower jobs.artifacts.maxTotal.`,
    };
  }
  return { state: 'ok', detail: free };
}

/** The folder, or the nearest above it that there is. */
async function firstThatIs(folder: string): Promise<string> {
  try {
    await access(folder);
    return folder;
  } catch {
    return dirname(folder) === folder ? folder : firstThatIs(dirname(folder));
  }
}
