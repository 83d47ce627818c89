import type { FileHandle } from 'node:fs/promises';
import { type FileStamp, stampOf } from './file-stamp.ts';
import { openFolder, openToRead, pathIn } from './open-in.ts';

/**
 * Which of the files that were put into a working folder are there as they were left. No link is followed.
 * @param put as putFiles gave it
 */
export async function untouchedFiles(work: string, put: ReadonlyMap<string, FileStamp>): Promise<string[]> {
  const untouched: string[] = [];
  for (const [path, stamp] of put) {
    if ((await stampAt(work, path.split('/')).catch(() => undefined)) === stamp) untouched.push(path);
  }
  return untouched;
}

async function stampAt(work: string, parts: string[]): Promise<FileStamp> {
  const opened: FileHandle[] = [await openFolder(work)];
  try {
    for (const [at, part] of parts.entries()) {
      const path = pathIn(opened.at(-1) as FileHandle, part);
      opened.push(await (at < parts.length - 1 ? openFolder(path) : openToRead(path)));
    }
    return stampOf(await (opened.at(-1) as FileHandle).stat({ bigint: true }));
  } finally {
    for (const handle of opened) await handle.close();
  }
}
