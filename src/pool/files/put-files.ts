import { type FileHandle, mkdir } from 'node:fs/promises';
import { isRelativePath, type JobFile } from '../../jobs/index.ts';
import { PoolError } from '../errors.ts';
import { type FileStamp, stampOf } from './file-stamp.ts';
import { createFile, openFolder, pathIn } from './open-in.ts';

const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

/**
 * Writes a request's files into a working folder, which is empty so far, as the worker's own.
 * @param owner uid and gid of the worker; undefined where its files are ours
 * @returns how each file was left, by its path
 * @throws PoolError file_path_invalid for a path that leads out or meets another's; failures of the disk
 */
export async function putFiles(
  work: string,
  files: readonly JobFile[],
  owner: { uid: number; gid: number } | undefined,
): Promise<Map<string, FileStamp>> {
  const put = new Map<string, FileStamp>();
  for (const file of files) {
    if (!isRelativePath(file.path)) throw invalid(file.path);
    const bytes = 'text' in file ? Buffer.from(file.text) : Buffer.from(file.base64, 'base64');
    try {
      put.set(file.path, await putFile(work, file.path.split('/'), bytes, owner));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'EEXIST' || code === 'ENOTDIR' || code === 'ELOOP' ? invalid(file.path) : error;
    }
  }
  return put;
}

async function putFile(
  work: string,
  parts: string[],
  bytes: Buffer,
  owner: { uid: number; gid: number } | undefined,
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
    const file = await createFile(pathIn(opened.at(-1) as FileHandle, name), FILE_MODE);
    opened.push(file);
    await file.writeFile(bytes);
    if (owner !== undefined) await file.chown(owner.uid, owner.gid);
    return stampOf(await file.stat({ bigint: true }));
  } finally {
    for (const handle of opened) await handle.close();
  }
}

function invalid(path: string): PoolError {
  return new PoolError(
    'file_path_invalid',
    `${JSON.stringify(path)} cannot be made: another of the files has that name, or one of its folders'.`,
  );
}
