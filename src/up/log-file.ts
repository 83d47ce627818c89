import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

/** A log over this size is put aside as `.1` when its process starts, so that a folder of logs has a bound. */
const MAX_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 4096;

/** Opens a child's log for appending, rotated where it has grown. @returns a file descriptor to close */
export function openLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** The last line that says something, shortened; undefined when the log is empty or was not written since `from`. */
export function lastLine(file: string, from: number): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(from, size - TAIL_BYTES);
    if (size <= start) return undefined;
    const tail = Buffer.alloc(size - start);
    const read = readSync(descriptor, tail, 0, tail.length, start);
    return tail.toString('utf8', 0, read).trimEnd().split('\n').at(-1)?.trim().slice(0, 400);
  } finally {
    closeSync(descriptor);
  }
}
