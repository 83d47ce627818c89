import type { BigIntStats } from 'node:fs';

/** Tells whether a file is as it was. A job can set any time but that of the last change of the file's inode (inode(7)). */
export type FileStamp = string;

export function stampOf({ ino, size, ctimeNs }: BigIntStats): FileStamp {
  return `${ino}:${size}:${ctimeNs}`;
}
