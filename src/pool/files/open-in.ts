import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/**
 * What a folder holds under a name, as a path that leads there however the folder is renamed or replaced meanwhile:
 * Node's openat(2). A job may go on while we are in its folder, and swap a folder for a link.
 */
export function pathIn(folder: FileHandle, name: string): string {
  return `/proc/self/fd/${folder.fd}/${name}`;
}

/** @throws ENOTDIR, ELOOP where it is no folder but a file or a link */
export function openFolder(path: string): Promise<FileHandle> {
  return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

/**
 * Opens what is there to be read. A FIFO without a writer does not hold it up.
 * @throws ELOOP where it is a link, ENXIO where it is a socket
 */
export function openToRead(path: string): Promise<FileHandle> {
  return open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
}

/** @throws EEXIST where there is something of that name, even a link that leads nowhere */
export function createFile(path: string, mode: number): Promise<FileHandle> {
  return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
}
