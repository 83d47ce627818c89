import { type FileHandle, mkdir, rm } from 'node:fs/promises';
import { isRelativePath, type JobFile } from '../../jobs/index.ts';
import { PoolError } from '../errors.ts';
import { type FileStamp, stampOf } from './file-stamp.ts';
import { createFile, openFolder, pathIn } from './open-in.ts';

const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

/**
 * Writes a request's files into a working folder as the worker's own.
 * @param owner uid and gid of the worker; undefined where its files are ours
 * @param existing what becomes of files and links that are there already; without it there are none
 * @returns how each file was left, by its path
 * @throws PoolError file_path_invalid for a path that leads out or meets another's; failures of the disk
 */
export async function putFiles(
  work: string,
  files: readonly JobFile[],
  owner: { uid: number; gid: number } | undefined,
  existing?: 'replace',
): Promise<Map<string, FileStamp>> {
  const put = new Map<string, FileStamp>();
  for (const file of files) {
    if (!isRelativePath(file.path)) throw invalid(file.path);
    const bytes = 'text' in file ? Buffer.from(file.text) : Buffer.from(file.base64, 'base64');
    try {
      put.set(file.path, await putFile(work, file.path.split('/'), bytes, owner, existing));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw isTaken(code) ? invalid(file.path) : error;
    }
  }
  return put;
}

async function putFile(
  work: string,
  parts: string[],
  bytes: Buffer,
  owner: { uid: number; gid: number } | undefined,
  existing: 'replace' | undefined,
): Promise<FileStamp> {
  const opened: FileHandle[] = [await openFolder(work)];
  try {
    const name = parts.at(-1) as string;
    for (const part of parts.slice(0, -1)) {
      const path = pathIn(opened.at(-1) as FileHandle, part);
      const isNew = await mkdir(path, { mode: FOLDER_MODE }).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return false;
          throw error;
        },
      );
      const folder = await openFolder(path);
      opened.push(folder);
      if (isNew && owner !== undefined) await folder.chown(owner.uid, owner.gid);
    }
    const path = pathIn(opened.at(-1) as FileHandle, name);
    if (existing === 'replace') await rm(path, { force: true });
    const file = await createFile(path, FILE_MODE);
    opened.push(file);
    await file.writeFile(bytes);
    if (owner !== undefined) await file.chown(owner.uid, owner.gid);
    return stampOf(await file.stat({ bigint: true }));
  } finally {
    for (const handle of opened) await handle.close();
  }
}

/** Where a file, a folder or a link is in the way. */
function isTaken(code: string | undefined): boolean {
  return ['EEXIST', 'ENOTDIR', 'ELOOP', 'ERR_FS_EISDIR'].includes(code ?? '');
}

function invalid(path: string): PoolError {
  return new PoolError(
    'file_path_invalid',
    `The file ${JSON.stringify(path)} cannot be put there: another one, or a folder, has that name or one of its folders'.`,
  );
}
